namespace Understudy.Cli.Optimization;

/// <summary>What shortening inputs in one way does to the tiers.</summary>
/// <param name="Compression">As in a manifest.</param>
/// <param name="Kept">Characters read, over those of whole inputs.</param>
/// <param name="Milliseconds">Of stage 1, an input.</param>
/// <param name="TierMilliseconds">By tier, an input.</param>
/// <param name="TierAccuracy">By tier, alone.</param>
internal sealed record WayReport(
    string Compression, double Kept, double Milliseconds, IReadOnlyDictionary<string, double> TierMilliseconds, IReadOnlyDictionary<string, double> TierAccuracy)
{
    /// <summary>What goes ahead of a lead that writes; null for classifiers.</summary>
    public string? Speculation { get; init; }
}
