namespace Understudy.Workflows.Retraining;

/// <summary>
/// What two releases answered to the same examples, compared as if these had been drawn as inputs are served. Shares go by weight, which wastes no example; the exact test and
/// the recalls, which count whole examples, by those that were drawn by weight.
/// </summary>
internal sealed class GateComparison
{
    private readonly IReadOnlyList<GateExample> _examples;
    private readonly IReadOnlyList<GateAnswer> _before;
    private readonly IReadOnlyList<GateAnswer> _after;
    private readonly List<int> _drawn;

    /// <param name="examples">Each with what is right.</param>
    /// <param name="before">What the release that serves answered to each.</param>
    /// <param name="after">What the new one did.</param>
    public GateComparison(IReadOnlyList<GateExample> examples, IReadOnlyList<GateAnswer> before, IReadOnlyList<GateAnswer> after)
    {
        (_examples, _before, _after) = (examples, before, after);
        _drawn = [.. Enumerable.Range(0, examples.Count).Where(i => examples[i].IsDrawn)];
    }

    /// <summary>How many examples were drawn by weight.</summary>
    public int Drawn => _drawn.Count;

    /// <summary>The part of all weight that lies on examples.</summary>
    /// <param name="examples">Each with its weight.</param>
    /// <param name="counts">Whether one counts.</param>
    public static double Share(IReadOnlyList<GateExample> examples, Func<int, bool> counts)
    {
        var all = examples.Sum(example => example.Weight);
        return all > 0 ? Enumerable.Range(0, examples.Count).Where(counts).Sum(i => examples[i].Weight) / all : 0;
    }

    /// <summary>How well the answers go with "the new cascade loses no more than students may".</summary>
    /// <param name="epsilon">Of the guarantee: the share of inputs on which students may be wrong where the lead is right.</param>
    public double NoWorse(double epsilon) => McNemar.NoWorse(
        _drawn.Count(i => _before[i].IsRight && !_after[i].IsRight), _drawn.Count(i => !_before[i].IsRight && _after[i].IsRight), Drawn, epsilon);

    public RecallPair Recall(string label)
    {
        var which = _drawn.Where(i => _examples[i].Label == label).ToList();
        var n = Math.Max(1, which.Count);
        return new(which.Count, (double)which.Count(i => _before[i].IsRight) / n, (double)which.Count(i => _after[i].IsRight) / n);
    }
}
