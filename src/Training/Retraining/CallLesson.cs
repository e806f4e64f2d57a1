using Understudy.Inference.FunctionCalls;

namespace Understudy.Training.Retraining;

/// <summary>A lesson as a tagger reads it.</summary>
/// <param name="Request">As it is served, its words tagged with the lead's call.</param>
/// <param name="Call">The lead's.</param>
internal sealed record CallLesson(TaggedRequest Request, FunctionCall Call)
{
    public string Text => Request.Text;

    /// <summary>Those from which a tagger can learn: it has to be certain which words of the request each value is.</summary>
    public static List<CallLesson> Of(IEnumerable<CallExample> examples) =>
        [.. examples.Select(example => CallAlignment.Align(example.Text, example.Call).Request is { } request ? new CallLesson(request, example.Call) : null).OfType<CallLesson>()];
}
