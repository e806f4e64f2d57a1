using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;

namespace Understudy.Training.Retraining;

/// <summary>A lesson as a tagger reads it.</summary>
/// <param name="Request">As it is served, its words tagged with the lead's call.</param>
/// <param name="Call">The lead's.</param>
internal sealed record CallLesson(TaggedRequest Request, FunctionCall Call)
{
    public string Text => Request.Text;

    /// <summary>Reads lessons that were checked before. What a release makes of a text may leave out a value; such a lesson is passed over.</summary>
    public static List<CallLesson> Read(string path, Release release)
    {
        var lessons = new List<CallLesson>();
        foreach (var line in File.ReadLines(path))
        {
            var record = JsonSerializer.Deserialize<DatasetRecord>(line, JsonSerializerOptions.Web)!;
            if (FunctionCall.TryParse(record.Teacher!.Completion!, out var call) && CallAlignment.Align(release.Readable(record.Text!), call!).Request is { } request)
            {
                lessons.Add(new(request, call!));
            }
        }

        return lessons;
    }
}
