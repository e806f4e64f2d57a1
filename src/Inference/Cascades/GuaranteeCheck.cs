using Understudy.Inference.Tasks;

namespace Understudy.Inference.Cascades;

/// <summary>
/// Puts a <see cref="Guarantee"/> to the test by repetition. The table is taken as the whole population: thresholds are chosen on as many
/// examples drawn from it with replacement, and their true risk is then known exactly, because it is their loss on the whole table. The
/// share of repetitions whose true risk exceeds epsilon may not be above delta; that decides. Splits into halves are counted beside it:
/// there the risk is itself measured on few examples, so a share above delta proves nothing. Thread-safe.
/// </summary>
public static class GuaranteeCheck
{
    /// <summary>How often a promise that is just kept is judged broken by bad luck.</summary>
    public const double FalseAlarmRate = 0.01;

    /// <param name="table">At least 2 examples.</param>
    /// <param name="guarantee">The promise.</param>
    /// <param name="resplits">Repetitions of each kind; at least 1.</param>
    /// <param name="seed">The same seed gives the same report.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 examples, or the guarantee is not within (0, 1).</exception>
    public static GuaranteeCheckReport Run(CalibrationTable table, Guarantee guarantee, int resplits = 500, int seed = 1) =>
        Run([new(table, 1)], guarantee, resplits, seed);

    /// <summary>The same where each repetition also chooses among several ways to serve.</summary>
    /// <param name="alternatives">At least one, with at least 2 examples.</param>
    /// <param name="guarantee">The promise.</param>
    /// <param name="resplits">Repetitions of each kind; at least 1.</param>
    /// <param name="seed">The same seed gives the same report.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 examples, the alternatives do not fit, or the guarantee is not within (0, 1).</exception>
    public static GuaranteeCheckReport Run(IReadOnlyList<ThresholdAlternative> alternatives, Guarantee guarantee, int resplits = 500, int seed = 1)
    {
        ThresholdSearch.Check(alternatives, guarantee);
        ArgumentOutOfRangeException.ThrowIfLessThan(resplits, 1);
        var profiles = alternatives.Select(a => new LossProfile(a.Table)).ToArray();
        var n = profiles[0].Count;
        if (n < 2)
        {
            throw new ArgumentException($"The table has {n} examples; at least 2 are needed to split it.");
        }

        var random = new Random(seed);
        var truth = Sums(profiles, Enumerable.Range(0, n));
        int broken = 0, brokenSplits = 0;
        double risk = 0, share = 0;
        var order = Enumerable.Range(0, n).ToArray();
        for (var i = 0; i < resplits; i++)
        {
            var (chosen, level) = ThresholdSearch.ChooseAmong(alternatives, Sums(profiles, [.. Enumerable.Range(0, n).Select(_ => random.Next(n))]), guarantee);
            broken += Exceeds(truth[chosen], level, guarantee) ? 1 : 0;
            risk += (double)truth[chosen].Losses[level] / n;
            share += (double)truth[chosen].Answered[level] / n;

            random.Shuffle(order);
            (chosen, level) = ThresholdSearch.ChooseAmong(alternatives, Sums(profiles, order.Take(n / 2)), guarantee);
            brokenSplits += Exceeds(profiles[chosen].Sum(order.Skip(n / 2)), level, guarantee) ? 1 : 0;
        }

        var allowed = (double)BinomialTail.Quantile(1 - FalseAlarmRate, resplits, guarantee.Delta) / resplits;
        return new()
        {
            Guarantee = guarantee,
            Examples = n,
            Repetitions = resplits,
            ViolationShare = (double)broken / resplits,
            AllowedShare = allowed,
            Passed = (double)broken / resplits <= allowed,
            SplitViolationShare = (double)brokenSplits / resplits,
            MeanRisk = risk / resplits,
            MeanStudentShare = share / resplits,
        };
    }

    private static LevelSums[] Sums(LossProfile[] profiles, IEnumerable<int> examples) => Array.ConvertAll(profiles, profile => profile.Sum(examples));

    private static bool Exceeds(LevelSums sums, int level, Guarantee guarantee) =>
        sums.Losses[level] > guarantee.Epsilon * sums.Examples * (1 + 1e-12);
}
