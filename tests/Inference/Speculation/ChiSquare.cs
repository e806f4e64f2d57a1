namespace Understudy.Inference.Tests.Speculation;

/// <summary>Pearson's test of counts against exact probabilities.</summary>
internal static class ChiSquare
{
    /// <summary>Of the standard normal, at 1 − 1e-4: with this probability a right sampler fails; with fixed seeds it does so always or never.</summary>
    private const double Quantile = 3.719;

    /// <summary>Whether the counts differ from the probabilities more than chance explains.</summary>
    public static bool Rejects(IReadOnlyList<int> counts, IReadOnlyList<double> probabilities)
    {
        double total = counts.Sum(), statistic = 0, restExpected = 0, restCount = 0;
        var cells = 0;
        for (var i = 0; i < counts.Count; i++)
        {
            var expected = probabilities[i] * total;
            if (expected < 8) // small cells are one: the approximation needs that
            {
                (restExpected, restCount) = (restExpected + expected, restCount + counts[i]);
                continue;
            }

            statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
            cells++;
        }

        if (restExpected > 0)
        {
            statistic += (restCount - restExpected) * (restCount - restExpected) / restExpected;
            cells++;
        }

        double freedom = cells - 1, spread = 2 / (9 * freedom);
        var critical = freedom * Math.Pow(1 - spread + (Quantile * Math.Sqrt(spread)), 3); // Wilson and Hilferty
        return statistic > critical;
    }
}
