namespace Understudy.Inference.Speculation;

/// <summary>How far speculation may go.</summary>
public sealed record SpeculationOptions
{
    /// <summary>The longest chain.</summary>
    public int MaxDepth { get; init; } = 12;

    /// <summary>Nodes a proposer may add to a tree.</summary>
    public int MaxNodes { get; init; } = 16;

    public AcceptanceRule Rule { get; init; } = AcceptanceRule.Lossless;
}
