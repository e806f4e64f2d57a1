namespace Understudy.Inference.Tasks;

/// <summary>What becomes of the lead's answers to a task, which students learn from.</summary>
/// <param name="Keep">Whether they are stored. A caller can ask that one request is not.</param>
/// <param name="Redact">Whether addresses and long numbers are taken out before they are stored.</param>
/// <param name="RetentionDays">After so many days they are deleted; 1 to 3650.</param>
public sealed record LessonPolicy(bool Keep = true, bool Redact = false, int RetentionDays = 365)
{
    /// <summary>As many as OpenAI's API gives.</summary>
    internal const int MostLogprobs = 20;

    /// <summary>How many of the most probable tokens are kept at each place of an answer, with its own tokens' log-probabilities; 0, for none, to 20. For a lead that writes tokens.</summary>
    public int TopLogprobs { get; init; }

    /// <summary>Whether the lead is asked why, in a sentence; it is kept beside its answer. For a lead with OpenAI's chat API, whose answers a schema holds to the labels.</summary>
    public bool Rationale { get; init; }

    /// <summary><see cref="TopLogprobs"/>, where anything is kept.</summary>
    internal int KeptLogprobs => Keep ? TopLogprobs : 0;

    /// <summary><see cref="Rationale"/>, where anything is kept.</summary>
    internal bool KeepsRationale => Keep && Rationale;
}
