using Understudy.Tests;

namespace Understudy.Cli.Tests;

/// <summary>A temporary models folder with the generation task <c>calls</c>.</summary>
internal sealed class CallModels : IDisposable
{
    public const int LeadMaxTokens = TestCalls.MaxTokens;

    private CallModels()
    {
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("understudy-calls").FullName;

    public string Models => Path.Combine(Root, "models");

    public string Lead => At("models/calls/v1/lead.onnx");

    /// <param name="schema">Of the task; null for none.</param>
    /// <param name="draft">Whether the release has one.</param>
    public static async Task<CallModels> CreateAsync(string? schema = TestCalls.Schema, bool draft = true)
    {
        var models = new CallModels();
        await TestCalls.WriteAsync(models.Models, schema, draft);
        return models;
    }

    /// <summary>A schema that only one call satisfies: the intent, and no slots.</summary>
    public static string Always(string intent) =>
        $$$$"""{"type":"object","required":["intent","slots"],"properties":{"intent":{"const":"{{{{intent}}}}"},"slots":{"type":"object"}}}""";

    public string At(string path) => Path.Combine(Root, path);

    public string Write(string path, string content) => TextFile.Write(At(path), content);

    public Task<CliRun> RunAsync(params string[] args) => CliRun.Of([.. args, "--models", Models]);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
