using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Lessons;
using Understudy.Inference.Tasks;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// A few held-back lessons that a retrained release carries, so that an edge site tests its students on texts of the task: <c>samples.jsonl</c>, each
/// line with a <c>text</c>. Nobody learned from them.
/// </summary>
internal static class ReleaseSamples
{
    private const int Most = 32;

    /// <summary>Longer texts are passed over, so that the file stays small.</summary>
    private const int MostCharacters = 4000;

    /// <summary>The lines, of each label as many as there are and fit; none where the task keeps no lessons.</summary>
    /// <param name="held">Lessons that nobody learned from.</param>
    /// <param name="policy">Says whether texts may be kept, and whether redacted: a lesson from elsewhere may not be.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<DatasetRecord> held, LessonPolicy policy) => !policy.Keep ? [] :
    [
        .. held.Where(lesson => lesson.Text!.Length <= MostCharacters)
            .GroupBy(lesson => lesson.Teacher!.Label)
            .SelectMany(label => label.Select((lesson, turn) => (lesson.Text, turn)))
            .OrderBy(pair => pair.turn)
            .Select(pair => policy.Redact ? Redaction.Apply(pair.Text!) : pair.Text!)
            .Distinct()
            .Take(Most)
            .Select(text => JsonSerializer.Serialize(new { text }, JsonSerializerOptions.Web)),
    ];
}
