using Understudy.Inference.Releases;

namespace Understudy.Inference.Pipelines;

/// <summary>An input does not fit into what the release's lead can read, so that no part of it is answered.</summary>
/// <param name="index">Its place among the inputs, from 0.</param>
/// <param name="reason">By how much, and what to do.</param>
public sealed class InputTooLongException(int index, string reason) : Exception(reason)
{
    public int Index { get; } = index;

    /// <summary>Checks inputs before any model reads them.</summary>
    /// <exception cref="InputTooLongException">One does not fit.</exception>
    public static void ThrowIfAny(Release release, IReadOnlyList<InferenceInput> inputs)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            if (release.TooLong(inputs[i].Text) is { } reason)
            {
                throw new InputTooLongException(i, reason);
            }
        }
    }
}
