namespace Understudy.Inference.Decoding;

/// <summary>A reason that a model has written, behind which its answer begins.</summary>
/// <param name="Text">In words.</param>
/// <param name="Tokens">As the model wrote it.</param>
/// <param name="Kept">What the answer stands behind: the reason and the token that begins an answer.</param>
/// <param name="Left">Tokens that the answer may have.</param>
/// <param name="Statistics">What it took.</param>
internal sealed record WrittenReason(string Text, int[] Tokens, int[] Kept, int Left, GenerationStatistics Statistics)
{
    /// <summary>The account of reason and answer together: the answer's first pass, over what the reason left, is one of decoding.</summary>
    public GenerationStatistics Before(GenerationStatistics answer) => Statistics with
    {
        Tokens = Statistics.Tokens + answer.Tokens,
        Forwards = Statistics.Forwards + answer.Forwards + Math.Min(1, answer.Tokens),
        Proposed = Statistics.Proposed + answer.Proposed,
        Accepted = Statistics.Accepted + answer.Accepted,
        DraftMilliseconds = Statistics.DraftMilliseconds + answer.DraftMilliseconds,
        VerifyMilliseconds = Statistics.VerifyMilliseconds + answer.PrefillMilliseconds + answer.VerifyMilliseconds,
        DecodeMilliseconds = Statistics.DecodeMilliseconds + answer.PrefillMilliseconds + answer.DecodeMilliseconds,
    };
}
