using System.Text.Json;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;

namespace Understudy.Bench.LanguageModels;

/// <summary>Prompts of one kind, and how each is answered.</summary>
internal sealed record PromptSet(string Name, IReadOnlyList<(int[] Prompt, GenerationOptions Options)> Prompts)
{
    private const int PromptTokens = 48, OutputTokens = 64, CallTokens = 160;

    /// <summary>Requests that become calls, held to the task's schema.</summary>
    public static PromptSet Calls(string file, FunctionCallTask task, int count) => new(
        "function-call",
        [.. Texts(file, "text", count).Select(text => (task.Prompt(text), task.Options(text, CallTokens)))]);

    /// <summary>The beginnings of stretches of running text, spread over the file.</summary>
    public static PromptSet Text(string file, TextTokenizer tokenizer, int count)
    {
        var tokens = tokenizer.Encode(File.ReadAllText(file));
        var step = Math.Max(PromptTokens, tokens.Length / count);
        return new("running text", [.. Enumerable.Range(0, count).Where(at => (at * step) + PromptTokens <= tokens.Length).Select(at => (tokens.AsSpan(at * step, PromptTokens).ToArray(), Plain))]);
    }

    /// <summary>What people ask assistants, cut to what the model reads.</summary>
    public static PromptSet Questions(string file, TextTokenizer tokenizer, int count)
    {
        var lines = File.ReadAllLines(file);
        var step = Math.Max(1, lines.Length / count);
        return new("spec_bench", [.. lines.Where((_, at) => at % step == 0).Take(count).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            var tokens = tokenizer.Encode(json.RootElement.GetProperty("turns")[0].GetString()!);
            return (tokens[..Math.Min(tokens.Length, 4 * PromptTokens)], Plain);
        })]);
    }

    private static GenerationOptions Plain => new() { MaxTokens = OutputTokens };

    private static IEnumerable<string> Texts(string file, string field, int count) => File.ReadLines(file).Take(count).Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty(field).GetString()!;
    });
}
