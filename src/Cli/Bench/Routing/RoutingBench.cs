using System.Diagnostics;
using Understudy.Inference.Routing;
using Understudy.Training.Routing;

namespace Understudy.Cli.Bench.Routing;

/// <summary>Cross-validates a router on recorded outcomes.</summary>
internal static class RoutingBench
{
    private const int Seed = 17;
    private const int Shuffles = 200;

    public static RoutingReport Run(RoutedFile file, string plot, Action<double> progress, CancellationToken cancellationToken)
    {
        var examples = file.Examples;
        bool[] weak = [.. examples.Select(e => e.WeakRight)], strong = [.. examples.Select(e => e.StrongRight)];
        var (scores, milliseconds) = CrossValidated(examples, progress, cancellationToken);
        var curve = RoutingCurve.Of(scores, weak, strong);
        var byLength = RoutingCurve.Of([.. examples.Select(e => (double)e.Input.Length)], weak, strong);
        var (random, deviation) = Random(weak, strong);
        RoutingPlot.Draw(plot, file, curve, byLength);
        return new()
        {
            Records = examples.Count,
            Malformed = file.Malformed,
            Weak = file.Weak,
            Strong = file.Strong,
            WeakAccuracy = curve.WeakAccuracy,
            StrongAccuracy = curve.StrongAccuracy,
            Folds = Folds.Count,
            Apgr = curve.Apgr,
            Cpt50 = curve.CallShare(0.5),
            Cpt80 = curve.CallShare(0.8),
            RandomApgr = random,
            RandomApgrDeviation = deviation,
            LengthApgr = byLength.Apgr,
            Pgr25 = curve.RecoveredAt(0.25),
            Pgr50 = curve.RecoveredAt(0.5),
            Pgr75 = curve.RecoveredAt(0.75),
            MsPerRecord = milliseconds,
            Plot = plot,
        };
    }

    /// <summary>For each record the score of a router that has not seen it.</summary>
    private static (double[] Scores, double Milliseconds) CrossValidated(IReadOnlyList<RoutedExample> examples, Action<double> progress, CancellationToken cancellationToken)
    {
        var folds = Folds.Of([.. examples.Select(e => e.Input)], Seed);
        var scores = new double[examples.Count];
        var clock = new Stopwatch();
        for (var fold = 0; fold < Folds.Count; fold++)
        {
            using var router = new PreCallRouter(new RouterTrainer().Train([.. examples.Where((_, i) => folds[i] != fold)], cancellationToken));
            clock.Start();
            for (var i = 0; i < scores.Length; i++)
            {
                if (folds[i] == fold)
                {
                    scores[i] = router.Gain(examples[i].Input);
                }
            }

            clock.Stop();
            progress((fold + 1.0) / Folds.Count);
        }

        return (scores, clock.Elapsed.TotalMilliseconds / scores.Length);
    }

    private static (double Mean, double Deviation) Random(bool[] weak, bool[] strong)
    {
        var random = new Random(Seed);
        var areas = Enumerable.Range(0, Shuffles).Select(_ =>
        {
            var scores = new double[weak.Length];
            for (var i = 0; i < scores.Length; i++)
            {
                scores[i] = random.NextDouble();
            }

            return RoutingCurve.Of(scores, weak, strong).Apgr;
        }).ToArray();
        var mean = areas.Average();
        return (mean, Math.Sqrt(areas.Average(a => (a - mean) * (a - mean))));
    }
}
