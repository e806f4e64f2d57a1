using Understudy.Inference.Decoding;
using Understudy.Inference.Grammars;

namespace Understudy.Inference.Speculation;

/// <summary>What a proposer may look at, and how much it may suggest.</summary>
public readonly ref struct ProposalContext
{
    /// <summary>The text so far; the last token is the tree's root.</summary>
    public required ReadOnlySpan<int> Tokens { get; init; }

    /// <summary>Tokens of <see cref="Tokens"/> that are the prompt's.</summary>
    public required int PromptLength { get; init; }

    /// <summary>What the target's output head read when it gave the last token, [D]; empty where it is not known.</summary>
    public ReadOnlySpan<float> Hidden { get; init; }

    public required SamplingOptions Sampling { get; init; }

    public required Random Random { get; init; }

    /// <summary>What a grammar allows after the root; null for anything. Copy it before moving it.</summary>
    public GrammarCursor? Constraint { get; init; }

    /// <summary>
    /// Tokens that end the text. Where suggesting one is no draw of chance it is left out: the pass over the token before says whether the text ends, and
    /// a row for what follows the end would be for nothing.
    /// </summary>
    public required IReadOnlyList<int> EndTokens { get; init; }

    /// <summary>The longest useful continuation.</summary>
    public required int MaxDepth { get; init; }

    /// <summary>Nodes that this proposer may add. Counted by proposals, so that what another proposer said has no influence.</summary>
    public required int MaxNodes { get; init; }

    /// <summary>The proposer's number in the account.</summary>
    public required int Proposer { get; init; }

    public required ProposalAccount Account { get; init; }

    /// <summary>A token more in the forward pass pays when the chance that it is taken is over this.</summary>
    public required double NodeWorth { get; init; }

    /// <summary>The target's milliseconds a token now; what a proposer's own step costs is to be weighed against it.</summary>
    public required double TokenMilliseconds { get; init; }

    /// <summary>The chance that a proposal of this kind is taken when it is tried.</summary>
    public double Chance(int kind, double expected) => Account.Chance(Proposer, kind, expected);
}
