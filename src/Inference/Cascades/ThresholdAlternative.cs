namespace Understudy.Inference.Cascades;

/// <summary>One of several ways to serve among which a search may choose, such as a number of samples or an ensemble's policy.</summary>
/// <param name="Table">What the tiers say when it is served this way; the same examples in the same order as in every other alternative.</param>
/// <param name="DeltaShare">Its share of the guarantee's delta, in (0, 1]; those of all alternatives sum to 1 at most.</param>
public sealed record ThresholdAlternative(CalibrationTable Table, double DeltaShare)
{
    /// <summary>Alternatives that share delta equally.</summary>
    public static IReadOnlyList<ThresholdAlternative> Equal(IReadOnlyList<CalibrationTable> tables) =>
        [.. tables.Select(table => new ThresholdAlternative(table, 1.0 / tables.Count))];
}
