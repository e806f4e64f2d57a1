namespace Understudy.Bench.LanguageModels;

/// <summary>What the ways together say.</summary>
/// <param name="Identical">Every output of every way is plain decoding's.</param>
/// <param name="SlowestSpeedup">The lowest over all sets and ways.</param>
/// <param name="Slowest">Where that was.</param>
/// <param name="TreeGain">The best tree of two: its tokens a pass over those of the better of the two alone, less one.</param>
/// <param name="BestTree">Which tree, on which set; null when the release has no two that can be together and go ahead alone.</param>
/// <param name="Spread">How far the two equal ways were apart, at most: smaller differences say nothing.</param>
internal sealed record SpeculationSummary(bool Identical, double SlowestSpeedup, string Slowest, double TreeGain, string? BestTree, double Spread)
{
    /// <summary>What speculation may cost where it cannot help.</summary>
    public const double LeastSpeedup = 0.97;

    /// <summary>What a tree of two is to take more.</summary>
    public const double LeastTreeGain = 0.10;

    public static SpeculationSummary Of(IReadOnlyList<SpeculationWay> ways)
    {
        var slowest = ways.Where(way => !way.IsPlain).MinBy(way => way.Speedup)!;
        // A half that the controller turned off says nothing of what it would take.
        var pairs = ways.Where(way => way.Proposers.Length == 2 && way.Proposers.All(one => ways.Any(half => half.Set == way.Set && half.Ahead == one && half.TokensPerForward > 1)));
        var gains = pairs.Select(pair => (Pair: pair, Gain: (pair.TokensPerForward / Better(ways, pair)) - 1)).ToArray();
        var best = gains.DefaultIfEmpty().MaxBy(one => one.Gain);
        return new(
            ways.All(way => way.Identical == way.Prompts), slowest.Speedup, $"{slowest.Ahead} on {slowest.Set}", best.Gain, gains.Length == 0 ? null : $"{best.Pair.Ahead} on {best.Pair.Set}",
            ways.Where(way => way.Ahead == SpeculationWay.PlainAgain).Max(way => Math.Abs(way.Speedup - 1)));
    }

    private static double Better(IReadOnlyList<SpeculationWay> ways, SpeculationWay pair) =>
        ways.Where(way => way.Set == pair.Set && way.Proposers.Length == 1 && pair.Proposers.Contains(way.Ahead)).Max(way => way.TokensPerForward);
}
