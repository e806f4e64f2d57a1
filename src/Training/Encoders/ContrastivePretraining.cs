using TorchSharp.Modules;
using Understudy.Training.Distillation;
using Understudy.Training.Recipes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Encoders;

/// <summary>
/// Pre-trains an encoder without labels (SimCLR, arXiv 2002.05709): of all texts in a batch, two views of one should be most alike. A view leaves
/// tokens out at random, and the encoder's own dropout adds to that, as in SimCSE (arXiv 2104.08821). The projection head is thrown away afterwards.
/// </summary>
internal sealed class ContrastivePretraining(TextEncoder model, ContrastiveTraining training, int seed)
{
    private const int Projected = 64;

    /// <param name="texts">Token ids; those of no token are passed over.</param>
    /// <param name="onStep">Told the step's share of the whole and its loss.</param>
    /// <exception cref="RecipeInvalidException">There are fewer than two texts.</exception>
    /// <exception cref="TrainingDivergedException">The loss became infinite.</exception>
    public void Train(IReadOnlyList<int[]> texts, Action<double, double>? onStep = null, CancellationToken cancellationToken = default)
    {
        var width = model.Shape.Width;
        using var projection = Sequential(nn.Linear(width, width), ReLU(), nn.Linear(width, Projected));
        var random = new Random(seed);
        Parameter[] trained = [.. model.parameters().Where(parameter => parameter.requires_grad).Except(model.head.parameters()), .. projection.parameters()];
        using var optimizer = optim.AdamW(trained, training.Rate, weight_decay: 0.01);
        var order = Enumerable.Range(0, texts.Count).Where(text => texts[text].Length > 0).ToArray();
        var size = Math.Min(training.BatchTexts, order.Length);
        if (size < 2)
        {
            throw new RecipeInvalidException($"There are {order.Length} texts to learn from without labels; each needs another to be told from. Leave out 'smallPretraining', or give more texts.");
        }

        var (step, steps) = (0, order.Length / size * training.Epochs);
        model.train();
        using var hold = new CollectionHold();
        for (var epoch = 1; epoch <= training.Epochs; epoch++)
        {
            random.Shuffle(order);
            foreach (var batch in order.Chunk(size).Where(batch => batch.Length == size))
            {
                cancellationToken.ThrowIfCancellationRequested();
                hold.Renew();
                using var scope = NewDisposeScope();
                var done = (step + 1.0) / steps;
                optimizer.ParamGroups.First().LearningRate = training.Rate * (done < 0.1 ? done / 0.1 : (1 - done) / 0.9);
                optimizer.zero_grad();
                var loss = ContrastiveLoss.Of(View(), View(), training.Temperature);
                loss.backward();
                optimizer.step();
                var value = loss.item<float>();
                if (!float.IsFinite(value))
                {
                    throw new TrainingDivergedException($"The contrastive loss became {value} in epoch {epoch}. Lower its 'rate' ({training.Rate}) in the recipe.");
                }

                onStep?.Invoke(++step / (double)steps, value);

                Tensor View()
                {
                    var (ids, mask) = Batches.Pad([.. batch.Select(text => Drop(texts[text], random))]);
                    return projection.forward(model.Pool(ids, mask));
                }
            }
        }

        model.eval();
    }

    private int[] Drop(int[] ids, Random random)
    {
        var kept = Array.FindAll(ids, _ => random.NextDouble() >= training.TokenDropout);
        return kept.Length == 0 ? ids : kept;
    }
}
