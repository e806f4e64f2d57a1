using System.Diagnostics;
using Understudy.Bench.Serving;
using Understudy.Inference.Decoding;

namespace Understudy.Bench.LanguageModels;

/// <summary>Two models in one process. Threads that spin after their work take the cores that the other model needs.</summary>
/// <param name="MsAlone">The first model's median step, with the second open but still.</param>
/// <param name="MsTakingTurns">The same when each of its steps follows one of the second model.</param>
/// <param name="TurnsRatio">The second over the first: 1 where they leave each other alone. The median over rounds.</param>
/// <param name="AtOnceRatio">The time of both decoding at once over that of one after the other: above 1 they are in each other's way.</param>
internal sealed record TwoEngines(double MsAlone, double MsTakingTurns, double TurnsRatio, double AtOnceRatio)
{
    private const int Rounds = 7, Steps = 100;

    public static TwoEngines Measure(DecoderModel first, DecoderModel second)
    {
        using var one = first.NewSession();
        using var other = second.NewSession();
        Start(one);
        Start(other);
        List<double> alone = [], turns = [], turnsRatio = [], atOnce = [];
        for (var round = -1; round < Rounds; round++)
        {
            var apart = Stopwatch.StartNew();
            var still = Percentiles.Median(Times(one, null));
            Times(other, null);
            apart.Stop();
            var taking = Percentiles.Median(Times(one, other));
            Start(one);
            Start(other);
            var together = Stopwatch.StartNew();
            Parallel.Invoke(() => Times(one, null), () => Times(other, null));
            together.Stop();
            if (round >= 0)
            {
                alone.Add(still);
                turns.Add(taking);
                turnsRatio.Add(taking / still);
                atOnce.Add(together.Elapsed / apart.Elapsed);
            }
        }

        return new(Percentiles.Median(alone), Percentiles.Median(turns), Percentiles.Median(turnsRatio), Percentiles.Median(atOnce));
    }

    /// <summary>The first one's steps, always at the same places of the text.</summary>
    private static double[] Times(DecoderSession one, DecoderSession? between)
    {
        var times = new double[Steps];
        Start(one);
        if (between is not null)
        {
            Start(between);
        }

        for (var step = 0; step < Steps; step++)
        {
            if (between is not null)
            {
                PlainDecoding.Step(between, step);
            }

            times[step] = PlainDecoding.Step(one, step);
        }

        return times;
    }

    private static void Start(DecoderSession session) => session.Prefill([1, 2, 3, 4]);
}
