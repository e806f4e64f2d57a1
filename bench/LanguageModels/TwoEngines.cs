using System.Diagnostics;
using System.Numerics.Tensors;
using Understudy.Bench.Serving;
using Understudy.Inference.Decoding;

namespace Understudy.Bench.LanguageModels;

/// <summary>
/// Two models in one process. Threads that spin after their work take the cores that the other model needs. Whoever goes between two steps
/// also takes the place of the weights in the processor's cache; so that this is told apart, memory of the same size is read between steps too.
/// </summary>
/// <param name="MsAlone">The first model's median step, with the second open but still.</param>
/// <param name="TurnsRatio">Its step when each follows one of the second model, over that alone. The median over rounds, as those below.</param>
/// <param name="ReadingRatio">Its step when before each as much memory is read as the model has weights, over that alone.</param>
/// <param name="AtOnceRatio">The time of both decoding at once over that of one after the other: above 1 they are in each other's way.</param>
/// <param name="IdleCores">Cores that the process keeps busy between steps, when nothing is asked of it: 0 where no thread spins.</param>
internal sealed record TwoEngines(double MsAlone, double TurnsRatio, double ReadingRatio, double AtOnceRatio, double IdleCores)
{
    private const int Rounds = 7, Steps = 100, Pauses = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <param name="bytes">The size of a model's weights.</param>
    public static TwoEngines Measure(DecoderModel first, DecoderModel second, long bytes)
    {
        using var one = first.NewSession();
        using var other = second.NewSession();
        var memory = new float[bytes / sizeof(float)];
        List<double> alone = [], turns = [], reading = [], atOnce = [];
        for (var round = -1; round < Rounds; round++)
        {
            var apart = Stopwatch.StartNew();
            var still = Times(one, null);
            Times(other, null);
            apart.Stop();
            Start(other);
            var taking = Times(one, step => PlainDecoding.Step(other, step));
            var read = Times(one, _ => TensorPrimitives.Sum<float>(memory));
            var together = Stopwatch.StartNew();
            Parallel.Invoke(() => Times(one, null), () => Times(other, null));
            together.Stop();
            if (round >= 0)
            {
                alone.Add(still);
                turns.Add(taking / still);
                reading.Add(read / still);
                atOnce.Add(together.Elapsed / apart.Elapsed);
            }
        }

        return new(Percentiles.Median(alone), Percentiles.Median(turns), Percentiles.Median(reading), Percentiles.Median(atOnce), BusyBetweenSteps(one));
    }

    /// <summary>The median step, always at the same places of the text.</summary>
    private static double Times(DecoderSession session, Func<int, double>? between)
    {
        var times = new double[Steps];
        Start(session);
        for (var step = 0; step < Steps; step++)
        {
            between?.Invoke(step);
            times[step] = PlainDecoding.Step(session, step);
        }

        return Percentiles.Median(times);
    }

    private static double BusyBetweenSteps(DecoderSession session)
    {
        Start(session);
        var (busy, waited) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var step = 0; step < Pauses; step++)
        {
            PlainDecoding.Step(session, step);
            var (cpu, began) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            Thread.Sleep(Pause);
            waited += Stopwatch.GetElapsedTime(began);
            busy += Environment.CpuUsage.TotalTime - cpu;
        }

        return busy / waited;
    }

    private static void Start(DecoderSession session) => session.Prefill([1, 2, 3, 4]);
}
