using System.Diagnostics;
using Understudy.Training.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Decoders;

/// <summary>Trains a <see cref="TextDecoder"/> with AdamW and, if its training says so, Muon; goes on from its checkpoint when there is one.</summary>
/// <param name="teacher">Gives soft targets for every token (Hinton et al., arXiv 1503.02531, at temperature 1); null to learn from the data alone. Without dropout.</param>
internal sealed class DecoderTrainer(string name, TextDecoder model, DecoderTraining training, string checkpoint, TextDecoder? teacher = null)
{
    /// <summary>How often the held-out rows are measured, in steps.</summary>
    private const int MeasureEvery = 250;

    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromMinutes(3);

    /// <summary>All that was measured, from the first step on, whichever run made it.</summary>
    public List<LossPoint> Measured { get; } = [];

    /// <summary>Steps that were made here, after those of the checkpoint.</summary>
    public int StepsMade { get; private set; }

    /// <summary>Rows to measure on from time to time, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TokenRow>> HeldOut { get; init; } = new Dictionary<string, IReadOnlyList<TokenRow>>();

    /// <summary>What requests are called where something is measured of them.</summary>
    public string Requests { get; init; } = "call";

    /// <summary>Whether rows that are right from end to end are counted, which says nothing where an answer can be come to in many ways.</summary>
    public bool CountsWhole { get; init; } = true;

    /// <param name="report">Told the share of the steps done, and a line now and then.</param>
    public void Train(DecoderBatches batches, Action<double, string> report, CancellationToken cancellationToken = default)
    {
        var parameters = model.parameters().ToArray();
        using var optimizer = new AdamW(parameters, training.WeightDecay) { Orthogonal = model.Matrices, OrthogonalFrom = training.MuonFrom ?? int.MaxValue };
        Tensor[] state = [.. parameters, .. optimizer.State];
        var start = TrainingCheckpoint.Load(checkpoint, Measured, state) ?? 0;
        optimizer.Steps = start;
        if (start > 0)
        {
            report((double)start / training.Steps, $"goes on from step {start}");
        }

        if (start >= training.Steps)
        {
            TrainingFields.Check(checkpoint, name, start, training);
        }

        model.train();
        teacher?.train(); // for the fast products; it has no dropout
        using var hold = new CollectionHold();
        var clock = Stopwatch.StartNew();
        var saved = TimeSpan.Zero;
        long tokens = 0;
        for (var step = start; step < training.Steps; step++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Keep(step, state);
                cancellationToken.ThrowIfCancellationRequested();
            }

            hold.Renew();
            if (training.Dropout > 0)
            {
                random.manual_seed(unchecked((uint)((training.Seed * 486187739) + step))); // a step drops the same, whichever run makes it
            }

            var rows = batches.At(step);
            var loss = Step(rows, optimizer, Schedule(training, step));
            if (!double.IsFinite(loss))
            {
                throw new TrainingDivergedException($"The loss of '{name}' became {loss} in step {step}. Lower its 'rate' ({training.Rate}) in the recipe.");
            }

            StepsMade++;
            tokens += rows.Sum(row => row.Ids.Length - 1);
            Measured.Add(new(step + 1, rows[0].From > 1 ? Requests : "text", loss));
            var measure = (step + 1) % MeasureEvery == 0 || step + 1 == training.Steps;
            var line = measure ? $"{MeasureHeldOut(step + 1)}, {tokens / clock.Elapsed.TotalSeconds:F0} tokens/s, {clock.Elapsed:hh\\:mm\\:ss}" : "";
            report((step + 1.0) / training.Steps, line);
            if (clock.Elapsed - saved > CheckpointEvery || step + 1 == training.Steps)
            {
                Keep(step + 1, state);
                saved = clock.Elapsed;
            }
        }

        model.eval();
    }

    /// <summary>Loss a token, share of tokens that greedy decoding gets right after the right ones before, and share of rows with no mistake: those that greedy decoding writes in full.</summary>
    public static (double Loss, double Tokens, double Rows) Measure(TextDecoder model, IReadOnlyList<TokenRow> rows)
    {
        model.eval();
        using var none = no_grad();
        var (loss, right, count, whole) = (0.0, 0L, 0L, 0);
        foreach (var batch in rows.OrderBy(row => row.Ids.Length).Chunk(32))
        {
            using var scope = NewDisposeScope();
            var tokens = TokenBatch.Of(batch);
            var logits = model.Logits(model.Hidden(tokens));
            loss += functional.cross_entropy(logits, tokens.Targets, reduction: Reduction.Sum).item<float>();
            var hits = logits.argmax(1).eq(tokens.Targets).data<bool>().ToArray();
            var at = 0;
            foreach (var row in batch)
            {
                var size = row.Ids.Length - row.From;
                var good = hits.AsSpan(at, size).Count(true);
                (right, count, at) = (right + good, count + size, at + size);
                whole += good == size ? 1 : 0;
            }
        }

        return (loss / count, (double)right / count, (double)whole / rows.Count);
    }

    private void Keep(int step, Tensor[] state)
    {
        if (StepsMade > 0)
        {
            TrainingFields.Save(checkpoint, training);
            TrainingCheckpoint.Save(checkpoint, step, Measured, state);
        }
    }

    private double Step(IReadOnlyList<TokenRow> rows, AdamW optimizer, double factor)
    {
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Of(rows);
        var logits = model.Logits(model.Hidden(batch));
        var hard = functional.cross_entropy(logits, batch.Targets);
        var loss = hard;
        if (teacher is not null)
        {
            Tensor wanted;
            using (no_grad())
            {
                wanted = functional.softmax(teacher.Logits(teacher.Hidden(batch)), 1);
            }

            var soft = -(wanted * functional.log_softmax(logits, 1)).sum(1).mean();
            loss = (training.SoftTargetShare * soft) + ((1 - training.SoftTargetShare) * hard);
        }

        loss.backward();
        optimizer.Step(training.Rate * factor, training.Clip);
        return hard.item<float>();
    }

    private string MeasureHeldOut(int step)
    {
        var words = new List<string> { $"step {step} of {training.Steps}" };
        foreach (var (kind, rows) in HeldOut)
        {
            var (loss, tokens, whole) = Measure(model, rows);
            Measured.Add(new(step, $"dev {kind}", loss));
            words.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{kind} {loss:F3} ({tokens:P1} of tokens)"));
            if (rows[0].From > 1 && CountsWhole)
            {
                Measured.Add(new(step, "dev exact", whole));
                words.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"exact {whole:P1}"));
            }
        }

        model.train();
        return string.Join(", ", words);
    }

    /// <summary>The learning rate of a step, as a share of the peak.</summary>
    internal static double Schedule(DecoderTraining training, int step)
    {
        var falling = Math.Max(1, training.Steps * training.Decay);
        return Math.Min(1, Math.Min((step + 1.0) / Math.Max(1, training.WarmUp), (training.Steps - step) / falling));
    }
}
