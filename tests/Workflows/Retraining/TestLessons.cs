using System.Text;
using System.Text.Json;
using Understudy.Inference.Datasets;

namespace Understudy.Workflows.Tests.Retraining;

/// <summary>Lessons as the lead of <see cref="Understudy.Tests.TestModels"/> gives them: all different texts.</summary>
internal static class TestLessons
{
    private static readonly string[] Words = ["win", "agenda", "refund", "invoice"];
    private static readonly string[] Fillers = ["blue", "seven", "paper", "river", "stone", "cloud", "green", "table", "night", "house", "apple", "train"];

    /// <param name="count">How many.</param>
    /// <param name="flip">Whether a lesson's label is the wrong one.</param>
    /// <param name="first">The number of the first.</param>
    public static IEnumerable<DatasetRecord> Make(int count, Func<int, bool>? flip = null, int first = 0)
    {
        for (var i = first; i < first + count; i++)
        {
            var word = Words[i % Words.Length];
            var spam = word is "win" or "refund";
            var label = spam ^ (flip?.Invoke(i) ?? false) ? "spam" : "ham";
            yield return new()
            {
                Id = $"lesson-{i}",
                Text = $"{Fillers[i % 12]} {Fillers[i / 12 % 12]} {word} {Fillers[i / 144 % 12]} n{i}",
                Teacher = new() { Model = "lead", Label = label, Probabilities = new Dictionary<string, double> { [label] = 0.95, [label == "spam" ? "ham" : "spam"] = 0.05 } },
            };
        }
    }

    public static string Jsonl(IEnumerable<DatasetRecord> lessons)
    {
        var text = new StringBuilder();
        foreach (var lesson in lessons)
        {
            text.Append(JsonSerializer.Serialize(lesson, JsonSerializerOptions.Web)).Append('\n');
        }

        return text.ToString();
    }
}
