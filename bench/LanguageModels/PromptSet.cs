using System.Text.Json;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;

namespace Understudy.Bench.LanguageModels;

/// <summary>Prompts of one kind, spread over a file, and how each is answered.</summary>
/// <param name="Prompts">Options are made for each generation, as for each request: what a grammar has worked out for one is not there for the next.</param>
internal sealed record PromptSet(string Name, IReadOnlyList<(int[] Prompt, Func<GenerationOptions> Options)> Prompts)
{
    /// <summary>Whether answers are held to a schema.</summary>
    public bool HasGrammar { get; } = Prompts.Count > 0 && Prompts[0].Options().Grammar is not null;

    private const int PromptTokens = 48, LongestPrompt = 192, OutputTokens = 64, CallTokens = 160;

    /// <summary>Requests that become calls, held to the task's schema.</summary>
    public static PromptSet Calls(string file, FunctionCallTask task, int count) => new(
        "function-call",
        [.. Lines(file, count, json => json.GetProperty("text").GetString()!).Select(text => (task.Prompt(text), (Func<GenerationOptions>)(() => task.Options(text, CallTokens))))]);

    /// <summary>The beginnings of stretches of running text.</summary>
    public static PromptSet Text(string file, TextTokenizer tokenizer, int count)
    {
        var tokens = tokenizer.Encode(File.ReadAllText(file));
        var step = Math.Max(PromptTokens, tokens.Length / count);
        return new("running text", [.. Enumerable.Range(0, count).Where(at => (at * step) + PromptTokens <= tokens.Length).Select(at => (tokens.AsSpan(at * step, PromptTokens).ToArray(), (Func<GenerationOptions>)Plain))]);
    }

    /// <summary>What people ask assistants, the first turn, cut to what the model reads.</summary>
    public static PromptSet Questions(string file, TextTokenizer tokenizer, int count) => new(
        "spec_bench",
        [.. Lines(file, count, json => json.GetProperty("turns")[0].GetString()!).Select(text =>
        {
            var tokens = tokenizer.Encode(text);
            return (tokens[..Math.Min(tokens.Length, LongestPrompt)], (Func<GenerationOptions>)Plain);
        })]);

    private static GenerationOptions Plain() => new() { MaxTokens = OutputTokens };

    private static IEnumerable<string> Lines(string file, int count, Func<JsonElement, string> text)
    {
        var lines = File.ReadAllLines(file);
        count = Math.Min(count, lines.Length);
        for (var at = 0; at < count; at++)
        {
            using var json = JsonDocument.Parse(lines[(int)((long)at * lines.Length / count)]);
            yield return text(json.RootElement);
        }
    }
}
