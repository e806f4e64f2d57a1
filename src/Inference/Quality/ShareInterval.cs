using Understudy.Inference.Cascades;

namespace Understudy.Inference.Quality;

/// <summary>A share, with the exact interval of Clopper and Pearson ("The use of confidence or fiducial limits", 1934): it covers the true share at least as often as its level says.</summary>
/// <param name="Value">As counted.</param>
/// <param name="Low">In [0, 1].</param>
/// <param name="High">In [0, 1].</param>
public readonly record struct ShareInterval(double Value, double Low, double High)
{
    /// <summary>
    /// Sites report how many trials there were, and may report any number. More than these narrow the interval by thousandths at most: theirs is that of so many with the same share, which is a little wider.
    /// </summary>
    private const long MostTrials = 1_000_000;

    /// <param name="hits">Of <paramref name="trials"/>.</param>
    /// <param name="trials">Without any, nothing is known: from 0 to 1.</param>
    /// <param name="level">Such as 0.95.</param>
    public static ShareInterval Of(long hits, long trials, double level)
    {
        if (trials == 0)
        {
            return new(0, 0, 1);
        }

        var (value, tail) = ((double)hits / trials, (1 - level) / 2);
        var (fewest, most) = (hits, hits);
        if (trials > MostTrials)
        {
            (fewest, most, trials) = ((long)Math.Floor(value * MostTrials), (long)Math.Ceiling(value * MostTrials), MostTrials);
        }

        return new(
            value,
            fewest == 0 ? 0 : Root(p => 1 - BinomialTail.AtMost(fewest - 1, trials, p) - tail),
            most == trials ? 1 : Root(p => tail - BinomialTail.AtMost(most, trials, p)));
    }

    public bool Overlaps(ShareInterval other) => Low <= other.High && other.Low <= High;

    /// <summary>Where a rising function of (0, 1) passes 0.</summary>
    private static double Root(Func<double, double> rising)
    {
        double low = 0, high = 1;
        for (var step = 0; step < 60; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = rising(middle) < 0 ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
