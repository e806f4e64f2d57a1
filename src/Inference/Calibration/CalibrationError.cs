namespace Understudy.Inference.Calibration;

/// <summary>
/// Expected calibration error with bins of equal mass: the mean distance between confidence and accuracy over bins that hold equally
/// many examples, sorted by confidence. Examples of equal confidence share their accuracy, so their order does not matter. Thread-safe.
/// </summary>
public static class CalibrationError
{
    private const int DefaultBins = 15;

    /// <summary>In [0, 1]; 0 for no examples.</summary>
    /// <param name="confidences">The probability given to the predicted label, one for each example.</param>
    /// <param name="correct">Whether that label was right.</param>
    /// <param name="bins">At least 1; with fewer examples than bins, each is its own bin.</param>
    /// <param name="weights">What each example counts, 0 or more; none for 1 each. Bins hold equally many examples all the same.</param>
    public static double Expected(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> correct, int bins = DefaultBins, ReadOnlySpan<double> weights = default)
    {
        if (confidences.Length != correct.Length || (weights.Length > 0 && weights.Length != correct.Length))
        {
            throw new ArgumentException($"There are {confidences.Length} confidences and {weights.Length} weights for {correct.Length} outcomes; one each is needed.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var n = confidences.Length;
        if (n == 0)
        {
            return 0;
        }

        var sorted = confidences.ToArray();
        var outcome = new (double Right, double Weight)[n];
        for (var i = 0; i < n; i++)
        {
            outcome[i] = (correct[i] ? 1 : 0, weights.Length > 0 ? weights[i] : 1);
        }

        Array.Sort(sorted, outcome);
        ShareAmongTies(sorted, outcome);
        bins = Math.Min(bins, n);
        var total = 0.0;
        for (var bin = 0; bin < bins; bin++)
        {
            var gap = 0.0;
            var end = (int)((long)n * (bin + 1) / bins);
            for (var i = (int)((long)n * bin / bins); i < end; i++)
            {
                gap += outcome[i].Weight * (sorted[i] - outcome[i].Right);
            }

            total += Math.Abs(gap);
        }

        var all = outcome.Sum(example => example.Weight);
        return all > 0 ? total / all : 0;
    }

    private static void ShareAmongTies(double[] sorted, (double Right, double Weight)[] outcome)
    {
        for (var start = 0; start < sorted.Length;)
        {
            var end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start])
            {
                end++;
            }

            var tie = outcome.AsSpan(start, end - start);
            var (right, weight) = (0.0, 0.0);
            foreach (var example in tie)
            {
                (right, weight) = (right + (example.Weight * example.Right), weight + example.Weight);
            }

            tie.Fill((weight > 0 ? right / weight : 0, weight / tie.Length));
            start = end;
        }
    }
}
