using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using Understudy.Training.Distillation;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Encoders;

/// <summary>Trains a <see cref="TextEncoder"/> with AdamW on gold labels, on a lead's soft targets, or on both.</summary>
internal sealed class EncoderTrainer(string name, TextEncoder model, EncoderTraining training)
{
    /// <summary>Longer training texts give a stretch of this many tokens, from the start half of the time and from anywhere else; 0 for whole texts.</summary>
    public int Window { get; init; }

    /// <summary>Whose attention is learned, with the same tokens; needed where <see cref="EncoderTraining.AttentionWeight"/> is above 0.</summary>
    public TextEncoder? Lead { get; init; }

    /// <summary>Trains in place.</summary>
    /// <param name="texts">What to learn from.</param>
    /// <param name="heldOut">What each epoch's accuracy is measured on; may be empty.</param>
    /// <param name="onStep">Told the step's share of the whole and its loss.</param>
    public List<EpochReport> Train(IReadOnlyList<TokenizedText> texts, IReadOnlyList<TokenizedText> heldOut, Action<EpochReport>? onEpoch = null, Action<double, double>? onStep = null, CancellationToken cancellationToken = default)
    {
        var random = new Random(training.Seed);
        var lengths = texts.Select(text => Window > 0 ? Math.Min(Window, text.Ids.Length) : text.Ids.Length).ToArray();
        var stepsAnEpoch = Batches.Plan(lengths, training.BatchTokens, training.BatchTexts, new Random(training.Seed)).Count;
        var steps = stepsAnEpoch * training.Epochs;
        using var optimizer = Optimizer();
        using var hold = new CollectionHold();
        var rates = optimizer.ParamGroups.Select(group => group.LearningRate).ToArray();
        var reports = new List<EpochReport>();
        var clock = Stopwatch.StartNew();
        var step = 0;
        for (var epoch = 1; epoch <= training.Epochs; epoch++)
        {
            model.train();
            var total = 0.0;
            var seen = 0;
            foreach (var batch in Batches.Plan(lengths, training.BatchTokens, training.BatchTexts, random))
            {
                cancellationToken.ThrowIfCancellationRequested();
                hold.Renew();
                using var scope = NewDisposeScope();
                var factor = Schedule(Math.Min(1, (step + 1.0) / steps));
                foreach (var (group, rate) in optimizer.ParamGroups.Zip(rates))
                {
                    group.LearningRate = rate * factor;
                }

                var (ids, mask) = Batches.Pad([.. batch.Select(position => Drop(Cut(texts[position].Ids, random), random))]);
                optimizer.zero_grad();
                var loss = Loss(ids, mask, [.. batch.Select(position => texts[position])]);
                loss.backward();
                torch.nn.utils.clip_grad_norm_(Trained(model), 1.0);
                optimizer.step();
                var value = loss.item<float>();
                if (!float.IsFinite(value))
                {
                    throw new TrainingDivergedException($"The loss of '{name}' became {value} in epoch {epoch}. Lower its 'rate' ({training.Rate}) in the recipe.");
                }

                total += value * batch.Length;
                seen += batch.Length;
                step++;
                onStep?.Invoke((double)step / steps, value);
            }

            var report = new EpochReport(epoch, training.Epochs, total / seen, heldOut.Count == 0 ? double.NaN : Accuracy(heldOut), clock.Elapsed);
            reports.Add(report);
            onEpoch?.Invoke(report);
        }

        model.eval();
        return reports;
    }

    /// <summary>Logits of every text, in order, [texts][labels].</summary>
    public float[][] Score(IReadOnlyList<int[]> texts)
    {
        model.eval();
        using var none = no_grad();
        var logits = new float[texts.Count][];
        foreach (var batch in Batches.Plan([.. texts.Select(ids => ids.Length)], 8192, 64, null))
        {
            using var scope = NewDisposeScope();
            var (ids, mask) = Batches.Pad([.. batch.Select(position => texts[position])]);
            var values = model.forward(ids, mask).data<float>().ToArray();
            var labels = values.Length / batch.Length;
            for (var row = 0; row < batch.Length; row++)
            {
                logits[batch[row]] = values[(row * labels)..((row + 1) * labels)];
            }
        }

        return logits;
    }

    private double Accuracy(IReadOnlyList<TokenizedText> texts) =>
        Score([.. texts.Select(text => text.Ids)]).Zip(texts, (logits, text) => Array.IndexOf(logits, logits.Max()) == text.Label ? 1.0 : 0.0).Average();

    private Tensor Loss(Tensor ids, Tensor mask, TokenizedText[] batch)
    {
        if (Lead is null || training.AttentionWeight <= 0)
        {
            return Loss(model.forward(ids, mask), batch);
        }

        var (logits, stages) = model.Look(ids, mask);
        IReadOnlyList<Tensor> looked;
        using (no_grad())
        {
            looked = Lead.Stages(ids, mask);
        }

        return Loss(logits, batch) + (training.AttentionWeight * AttentionLoss.Of(stages, looked, mask));
    }

    private Tensor Loss(Tensor logits, TokenizedText[] batch)
    {
        var gold = tensor(batch.Select(text => (long)text.Label).ToArray());
        var loss = functional.cross_entropy(logits, gold, label_smoothing: training.LabelSmoothing);
        if (batch[0].Teacher is { } first && training.SoftTargetShare > 0)
        {
            var teacher = tensor(batch.SelectMany(text => text.Teacher!).ToArray(), [batch.Length, first.Length]);
            var soft = SoftTargetLoss.Of(logits, teacher, training.SoftTargetTemperature);
            loss = (training.SoftTargetShare * soft) + ((1 - training.SoftTargetShare) * loss);
        }

        return training.DifficultyWeight > 0
            ? loss + (training.DifficultyWeight * DifficultyLoss.Of(logits, gold, training.DifficultyMargin))
            : loss;
    }

    private int[] Cut(int[] ids, Random random)
    {
        if (Window <= 0 || ids.Length <= Window)
        {
            return ids;
        }

        var start = random.Next(2) == 0 ? 0 : random.Next(ids.Length - Window + 1);
        return ids[start..(start + Window)];
    }

    private int[] Drop(int[] ids, Random random)
    {
        if (training.TokenDropout <= 0 || ids.Length < 4)
        {
            return ids;
        }

        var kept = Array.FindAll(ids, _ => random.NextDouble() >= training.TokenDropout);
        return kept.Length == 0 ? ids : kept;
    }

    private optim.Optimizer Optimizer()
    {
        var head = model.head.parameters().ToArray();
        var handles = head.Select(parameter => parameter.Handle).ToHashSet();
        var rest = Trained(model).Where(parameter => !handles.Contains(parameter.Handle)).ToArray();
        return new AdamW(
        [
            new AdamW.ParamGroup(rest, new AdamW.Options { LearningRate = training.Rate, InitialLearningRate = training.Rate, weight_decay = training.WeightDecay, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 }),
            new AdamW.ParamGroup(head, new AdamW.Options { LearningRate = training.Rate * training.HeadRateFactor, InitialLearningRate = training.Rate * training.HeadRateFactor, weight_decay = training.WeightDecay, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 }),
        ]);
    }

    /// <summary>Those that are not frozen.</summary>
    private static IEnumerable<Parameter> Trained(TextEncoder model) => model.parameters().Where(parameter => parameter.requires_grad);

    private static double Schedule(double done) => done < 0.1 ? done / 0.1 : 0.5 * (1 + Math.Cos(Math.PI * (done - 0.1) / 0.9));
}
