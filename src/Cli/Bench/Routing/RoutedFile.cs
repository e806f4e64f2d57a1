using System.Text.Json;
using Understudy.Cli.Shell;
using Understudy.Inference.Routing;

namespace Understudy.Cli.Bench.Routing;

/// <summary>
/// Reads records such as RouteLLM's: <c>{"prompt": "…", "mixtral_correct": true, "gpt4_correct": true}</c>, any two models. The one that is
/// right more often is the strong one.
/// </summary>
internal sealed record RoutedFile(string Weak, string Strong, IReadOnlyList<RoutedExample> Examples, int Malformed)
{
    private const string Suffix = "_correct";

    /// <exception cref="CommandFailedException">There is no such file, or its records do not compare two models.</exception>
    public static RoutedFile Read(string path, Screen screen)
    {
        string[]? names = null;
        var (records, malformed) = BenchFile.Read(path, record => Row(record, names ??= Names(record)), screen);
        var swap = records.Count(r => r.WeakRight) > records.Count(r => r.StrongRight);
        return swap
            ? new(Model(names![1]), Model(names[0]), records.ConvertAll(r => new RoutedExample(r.Input, r.StrongRight, r.WeakRight)), malformed)
            : new(Model(names![0]), Model(names[1]), records, malformed);
    }

    private static string[] Names(JsonElement record)
    {
        BenchFile.Field(record, "prompt", JsonValueKind.String);
        string[] names = [.. record.EnumerateObject().Where(p => p.Name.EndsWith(Suffix, StringComparison.Ordinal)).Select(p => p.Name)];
        return names.Length == 2 ? names : throw new FormatException($"it has {names.Length} fields whose names end in '{Suffix}'; two are needed, one for each model.");
    }

    private static RoutedExample Row(JsonElement record, string[] names) =>
        new(BenchFile.Field(record, "prompt", JsonValueKind.String).GetString()!, Right(record, names[0]), Right(record, names[1]));

    private static bool Right(JsonElement record, string name) => record.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? value.GetBoolean()
        : throw new FormatException($"it has no field '{name}' that is true or false. Add it or remove the line.");

    private static string Model(string name) => name[..^Suffix.Length];
}
