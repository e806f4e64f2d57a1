using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Understudy.Bench.Serving;
using Understudy.Inference.Decoding;
using Understudy.Training;
using Understudy.Training.Decoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Bench.Training;

/// <summary>
/// <c>bench training [--steps 20] [--json]</c>: what a training step of <c>function-call</c>'s lead takes, on random tokens: 32 rows of 46,
/// of which the last 25 are to be predicted; medians. With the allocator as it comes, then with what is freed kept; with dropout and without; with Muon.
/// </summary>
internal static class TrainingBench
{
    private const int Rows = 32, Tokens = 46, Predicted = 25, WarmUp = 3;

    private static readonly DecoderShape Shape = new(Vocabulary: 6144, Width: 384, Layers: 7, Heads: 6, KvHeads: 2, HeadDim: 64, FeedForward: 1024, MaxTokens: 512);

    public static Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--steps");
        var steps = options.Number("--steps", 20);
        random.manual_seed(1);
        List<TrainingStep> results = [Measure("AdamW, dropout, memory given back", 0.05, muon: false, steps)];
        TorchProcess.Prepare(seed: 1); // for the rest of the process
        results.Add(Measure("AdamW, dropout", 0.05, muon: false, steps));
        results.Add(Measure("AdamW", 0, muon: false, steps));
        results.Add(Measure("Muon", 0, muon: true, steps));
        if (options.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { rows = Rows, tokens = Tokens, results }, JsonSerializerOptions.Web));
            return Task.FromResult(0);
        }

        Say($"{"",-36}{"forward ms",11}{"backward ms",13}{"optimiser ms",14}{"tokens/s",10}");
        foreach (var result in results)
        {
            Say($"{result.How,-36}{result.ForwardMilliseconds,11:0}{result.BackwardMilliseconds,13:0}{result.OptimiserMilliseconds,14:0}{result.TokensPerSecond,10:0}");
        }

        return Task.FromResult(0);
    }

    private static TrainingStep Measure(string how, double dropout, bool muon, int steps)
    {
        using var model = new TextDecoder(Shape, tied: true, dropout);
        using var optimizer = new AdamW([.. model.parameters()], weightDecay: 0.05) { Orthogonal = model.Matrices, OrthogonalFrom = muon ? 0 : int.MaxValue };
        model.train();
        List<double> forward = [], backward = [], optimiser = [];
        var draw = new Random(1);
        for (var step = 0; step < WarmUp + steps; step++)
        {
            using var scope = NewDisposeScope();
            var batch = TokenBatch.Of([.. Enumerable.Range(0, Rows).Select(_ => new TokenRow([.. Enumerable.Range(0, Tokens + 1).Select(_ => draw.Next(Shape.Vocabulary))], Tokens + 1 - Predicted))]);
            var began = Stopwatch.GetTimestamp();
            var logits = model.Logits(model.forward(batch.Ids).view(-1, Shape.Width).index_select(0, batch.Positions));
            var loss = functional.cross_entropy(logits, batch.Targets);
            var passed = Stopwatch.GetTimestamp();
            loss.backward();
            var back = Stopwatch.GetTimestamp();
            optimizer.Step(1e-4, clip: 1);
            var done = Stopwatch.GetTimestamp();
            if (step >= WarmUp)
            {
                forward.Add(Stopwatch.GetElapsedTime(began, passed).TotalMilliseconds);
                backward.Add(Stopwatch.GetElapsedTime(passed, back).TotalMilliseconds);
                optimiser.Add(Stopwatch.GetElapsedTime(back, done).TotalMilliseconds);
            }
        }

        var (there, backThere, moved) = (Percentiles.Median(forward), Percentiles.Median(backward), Percentiles.Median(optimiser));
        return new(how, there, backThere, moved, Rows * Tokens * 1000 / (there + backThere + moved));
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Medians of one way of training.</summary>
    private sealed record TrainingStep(string How, double ForwardMilliseconds, double BackwardMilliseconds, double OptimiserMilliseconds, double TokensPerSecond);
}
