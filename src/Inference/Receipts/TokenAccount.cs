namespace Understudy.Inference.Receipts;

/// <summary>The tokens that one answer of a language model took.</summary>
public sealed record TokenAccount
{
    public int Prompt { get; init; }

    public int Completion { get; init; }

    /// <summary>Passes of the model after the prompt's; 0 where an endpoint does not say, and of a tagger, which makes none.</summary>
    public int Passes { get; init; }

    /// <summary>Tokens that a student or another draft suggested and the model verified.</summary>
    public int Drafted { get; init; }

    /// <summary>Those that stand in the answer.</summary>
    public int Accepted { get; init; }
}
