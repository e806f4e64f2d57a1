using Understudy.Training.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Decoders;

/// <summary>Trains Medusa heads on a frozen model (Medusa-1 of arXiv 2401.10774); goes on from its checkpoint when there is one.</summary>
internal sealed class MedusaTrainer(TextDecoder model, MedusaBlocks heads, MedusaTraining training, string checkpoint)
{
    private const int CheckpointEvery = 100;

    private const int ReportEvery = 50;

    /// <summary>The loss of every step so far.</summary>
    public List<LossPoint> Measured { get; } = [];

    /// <param name="report">Told the share of the steps done, and a line now and then.</param>
    public void Train(DecoderBatches batches, Action<double, string> report, CancellationToken cancellationToken = default)
    {
        var parameters = heads.parameters().ToArray();
        using var optimizer = new AdamW(parameters, weightDecay: 0);
        Tensor[] state = [.. parameters, .. optimizer.State];
        var start = TrainingCheckpoint.Load(checkpoint, Measured, state) ?? 0;
        optimizer.Steps = start;
        var fields = training with { Guesses = 0 }; // which are chosen when the heads are exported
        if (start >= training.Steps)
        {
            TrainingFields.Check(checkpoint, "medusa", start, fields);
        }

        var schedule = new DecoderTraining { Steps = training.Steps, WarmUp = 20, Decay = 0.5 };
        model.eval();
        using var hold = new CollectionHold();
        for (var step = start; step < training.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hold.Renew();
            var rows = batches.At(step);
            var loss = Step(rows, optimizer, training.Rate * DecoderTrainer.Schedule(schedule, step));
            if (!double.IsFinite(loss))
            {
                throw new TrainingDivergedException($"The loss of the Medusa heads became {loss} in step {step}. Lower their 'rate' ({training.Rate}) in the recipe.");
            }

            Measured.Add(new(step + 1, rows[0].From > 1 ? "call" : "text", loss));
            report((step + 1.0) / training.Steps, (step + 1) % ReportEvery == 0 ? $"step {step + 1} of {training.Steps}, loss {loss:F3}" : "");
            if ((step + 1) % CheckpointEvery == 0 || step + 1 == training.Steps)
            {
                TrainingFields.Save(checkpoint, fields);
                TrainingCheckpoint.Save(checkpoint, step + 1, Measured, state);
            }
        }
    }

    /// <summary>The tokens that stand most often where the heads learn to guess, in order of their ids.</summary>
    public static int[] Frequent(DecoderBatches batches, int steps, int count) =>
    [
        .. Enumerable.Range(0, steps)
            .SelectMany(batches.At)
            .SelectMany(row => row.Ids.Skip(row.From + 1))
            .CountBy(token => token)
            .OrderByDescending(token => token.Value)
            .ThenBy(token => token.Key)
            .Take(count)
            .Select(token => token.Key)
            .Order(),
    ];

    /// <summary>For each head, the share of places at which its best guess is the token that stands there.</summary>
    /// <param name="guesses">The tokens that it guesses from; null for all.</param>
    public static double[] Measure(TextDecoder model, MedusaBlocks heads, IReadOnlyList<TokenRow> rows, IReadOnlyList<int>? guesses = null)
    {
        model.eval();
        using var none = no_grad();
        using var known = tensor((guesses ?? [.. Enumerable.Range(0, (int)model.embedding.weight!.shape[0])]).Select(token => (long)token).ToArray());
        var (right, count) = (new long[heads.Count], new long[heads.Count]);
        foreach (var batch in rows.OrderBy(row => row.Ids.Length).Chunk(32))
        {
            using var scope = NewDisposeScope();
            var states = heads.forward(model.Hidden(TokenBatch.Of(batch)));
            for (var head = 0; head < heads.Count; head++)
            {
                var (places, tokens) = Ahead(batch, head);
                right[head] += known.index_select(0, Read(model, states, head, places).index_select(1, known).argmax(1)).eq(tokens).sum().item<long>();
                count[head] += tokens.numel();
            }
        }

        return [.. right.Zip(count, (good, all) => all == 0 ? 0 : (double)good / all)];
    }

    private double Step(IReadOnlyList<TokenRow> rows, AdamW optimizer, double rate)
    {
        using var scope = NewDisposeScope();
        Tensor hidden;
        using (no_grad())
        {
            hidden = model.Hidden(TokenBatch.Of(rows));
        }

        var states = heads.forward(hidden);
        Tensor? loss = null;
        for (var head = 0; head < heads.Count; head++)
        {
            var (places, tokens) = Ahead(rows, head);
            if (tokens.numel() > 0)
            {
                var weighed = functional.cross_entropy(Read(model, states, head, places), tokens) * Math.Pow(training.Discount, head);
                loss = loss is null ? weighed : loss + weighed;
            }
        }

        if (loss is null)
        {
            return 0; // rows too short for any head
        }

        loss.backward();
        optimizer.Step(rate, clip: 1);
        return loss.item<float>();
    }

    /// <summary>The logits of one head at some places, [M, V]; the model's table is read, not learned.</summary>
    private static Tensor Read(TextDecoder model, Tensor states, int head, Tensor places) =>
        Projection.Multiply(states[head].index_select(0, places), (model.head?.weight ?? model.embedding.weight!).detach(), fast: true);

    /// <summary>Which of the batch's places have a token head + 2 places on, and which token.</summary>
    private static (Tensor Places, Tensor Tokens) Ahead(IReadOnlyList<TokenRow> rows, int head)
    {
        var (places, tokens, place) = (new List<long>(), new List<long>(), 0L);
        foreach (var row in rows)
        {
            for (var at = row.From; at < row.Ids.Length; at++, place++)
            {
                if (at + head + 1 < row.Ids.Length)
                {
                    places.Add(place);
                    tokens.Add(row.Ids[at + head + 1]);
                }
            }
        }

        return (tensor(places.ToArray()), tensor(tokens.ToArray()));
    }
}
