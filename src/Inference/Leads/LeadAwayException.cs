namespace Understudy.Inference.Leads;

/// <summary>The lead could not be asked, or gave no usable answer in the time and the attempts that it has.</summary>
/// <param name="retryAfter">When it is worth trying again.</param>
public sealed class LeadAwayException(string message, TimeSpan retryAfter, Exception? inner = null) : Exception(message, inner)
{
    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <summary>Whether the lead is there and does not take the input: asked again it says the same.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>Whether nobody asked it: the time for questions was over before this one's turn, and the lead may be well.</summary>
    public bool IsUnasked { get; init; }

    /// <summary>Whether a student that was to answer in its place failed: false where students work, and none can answer the input.</summary>
    public bool StudentFailed { get; init; }
}
