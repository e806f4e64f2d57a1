using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;

namespace Understudy.Training.Retraining;

/// <summary>A request by which students are judged, whether they can learn from it or not.</summary>
/// <param name="Text">As it is served.</param>
/// <param name="Call">The lead's.</param>
internal sealed record CallExample(string Text, FunctionCall Call)
{
    /// <summary>Reads lessons that were checked before; every line has a call.</summary>
    public static List<CallExample> Read(string path, Release release)
    {
        var examples = new List<CallExample>();
        foreach (var line in File.ReadLines(path))
        {
            var record = JsonSerializer.Deserialize<DatasetRecord>(line, JsonSerializerOptions.Web)!;
            examples.Add(FunctionCall.TryParse(record.Teacher!.Completion!, out var call)
                ? new(release.Readable(record.Text!), call!)
                : throw new InvalidDataException($"Lesson '{record.Id}' has no call."));
        }

        return examples;
    }
}
