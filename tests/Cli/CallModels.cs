using System.Text.Json;
using System.Text.Json.Nodes;
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

    /// <summary>From here on the task's inputs are their first word.</summary>
    public void ShortenInputs()
    {
        var path = At("models/calls/task.json");
        var task = JsonNode.Parse(File.ReadAllText(path))!;
        task["compression"] = "head:1";
        File.WriteAllText(path, task.ToJsonString());
    }

    /// <summary>A file of requests that no model of the task can read to their end, each an intent without slots.</summary>
    /// <param name="hasCompletions">Whether it has a call as a text; else the intent and tags.</param>
    /// <param name="word">What all of a request is: <c>call</c>, or <c>text</c> for the intent Text.</param>
    public string WriteLongRequests(string path, int requests, bool hasCompletions = false, string word = "call")
    {
        const int Words = 600;
        var text = string.Join(' ', Enumerable.Repeat(word, Words));
        var line = hasCompletions
            ? JsonSerializer.Serialize(new { text, completion = """{"intent":"Call","slots":{}}""" })
            : JsonSerializer.Serialize(new { text, label = word == "text" ? "Text" : "Call", slots = string.Join(' ', Enumerable.Repeat("O", Words)) });
        return Write(path, string.Concat(Enumerable.Repeat(line + "\n", requests)));
    }

    public string At(string path) => Path.Combine(Root, path);

    public string Write(string path, string content) => TextFile.Write(At(path), content);

    public Task<CliRun> RunAsync(params string[] args) => CliRun.Of([.. args, "--models", Models]);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
