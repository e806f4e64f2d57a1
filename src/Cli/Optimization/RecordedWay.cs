using Understudy.Cli.Calibration;

namespace Understudy.Cli.Optimization;

/// <summary>What stages 1 to 3 say of every record when inputs are shortened in one way: asked once, searched often.</summary>
/// <param name="Compression">The way, as in a manifest.</param>
/// <param name="Outputs">What every tier said.</param>
/// <param name="CompressMilliseconds">Of stage 1, an input.</param>
/// <param name="TierMilliseconds">Of each tier, an input; the lead last.</param>
/// <param name="Kept">Characters that the models read, over those that they read uncut.</param>
internal sealed record RecordedWay(string Compression, TierProbabilities Outputs, double CompressMilliseconds, IReadOnlyList<double> TierMilliseconds, double Kept)
{
    /// <summary>What goes ahead of a lead that writes, as in a manifest; its texts are the same whatever that is.</summary>
    public string? Speculation { get; init; }
}
