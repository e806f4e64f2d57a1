using System.Text.Json;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>
/// Reads sampled answers of several models (Yue et al., "Large Language Model Cascades with Mixture of Thoughts Representations",
/// arXiv 2310.03094): <c>{"question": "…", "answer": …, "models": {"small": {"cot": {"samples": [ … ], "first_text": "…"}}, "large": …}}</c>.
/// </summary>
/// <param name="Names">The models, in the order in which the file first names them.</param>
/// <param name="Questions">Those for which every model was recorded.</param>
/// <param name="Incomplete">Questions that lack a model.</param>
/// <param name="Malformed">Lines that could not be used.</param>
internal sealed record RecordedFile(IReadOnlyList<string> Names, IReadOnlyList<RecordedQuestion> Questions, int Incomplete, int Malformed)
{
    private const double CharactersPerToken = 4;

    /// <exception cref="CommandFailedException">There is no such file, or fewer than two models answered the same questions.</exception>
    public static RecordedFile Read(string path, Screen screen)
    {
        var (all, malformed) = BenchFile.Read(path, Question, screen);
        string[] names = [.. all.OrderByDescending(q => q.Models.Count).SelectMany(q => q.Models.Keys).Distinct()];
        RecordedQuestion[] complete = [.. all.Where(q => names.All(q.Models.ContainsKey))];
        return names.Length >= 2 && complete.Length > 0
            ? new(names, complete, all.Count - complete.Length, malformed)
            : throw new CommandFailedException($"'{path}' has {names.Length} models and {complete.Length} questions that all of them answered; a cascade needs two models and their answers to the same questions.");
    }

    private static RecordedQuestion Question(JsonElement record)
    {
        var question = BenchFile.Field(record, "question", JsonValueKind.String).GetString()!;
        var truth = record.TryGetProperty("answer", out var answer) ? CanonicalAnswer.Of(answer) : null;
        Dictionary<string, IReadOnlyList<RecordedPrompt>> models = [];
        foreach (var model in BenchFile.Field(record, "models", JsonValueKind.Object).EnumerateObject())
        {
            RecordedPrompt[] prompts = model.Value.ValueKind == JsonValueKind.Object ? [.. model.Value.EnumerateObject().Select(p => Prompt(p.Value))] : [];
            if (prompts.Length > 0)
            {
                models[model.Name] = prompts;
            }
        }

        return new(
            truth ?? throw new FormatException("it has no field 'answer' with the right answer. Add it or remove the line."),
            question.Length / CharactersPerToken,
            models);
    }

    private static RecordedPrompt Prompt(JsonElement prompt)
    {
        string?[] samples = [.. BenchFile.Field(prompt, "samples", JsonValueKind.Array).EnumerateArray().Select(CanonicalAnswer.Of)];
        if (samples.Length == 0 && prompt.TryGetProperty("prediction", out var prediction))
        {
            samples = [CanonicalAnswer.Of(prediction)];
        }

        var text = prompt.TryGetProperty("first_text", out var first) && first.ValueKind == JsonValueKind.String ? first.GetString()! : "";
        return new(samples, Math.Max(1, text.Length / CharactersPerToken));
    }
}
