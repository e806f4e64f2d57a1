using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Images;

/// <summary>Pre-trains a network without labels (SimCLR, arXiv 2002.05709): two views of every picture, a projection head of two layers that is thrown away afterwards.</summary>
internal sealed class ContrastiveTrainer(ConvolutionNetwork network, ImageTraining training)
{
    private const int Projected = 32;
    private const double Temperature = 0.5;

    /// <exception cref="TrainingDivergedException">The loss became infinite.</exception>
    public void Train(ImageSet images, Action<double>? report = null, CancellationToken cancellationToken = default)
    {
        var width = network.Filters[^1];
        using var projection = Sequential(nn.Linear(width, width), ReLU(), nn.Linear(width, Projected));
        var random = new Random(training.Seed);
        using var optimizer = optim.SGD(network.parameters().Concat(projection.parameters()), training.Rate, momentum: 0.9, weight_decay: training.WeightDecay, nesterov: true);
        var order = Enumerable.Range(0, images.Count).ToArray();
        var (step, steps) = (0, images.Count / training.BatchImages * training.Epochs);
        network.train();
        using var hold = new CollectionHold();
        for (var epoch = 0; epoch < training.Epochs; epoch++)
        {
            random.Shuffle(order);
            foreach (var batch in order.Chunk(training.BatchImages).Where(batch => batch.Length == training.BatchImages))
            {
                cancellationToken.ThrowIfCancellationRequested();
                hold.Renew();
                using var scope = NewDisposeScope();
                var done = (step + 1.0) / steps;
                optimizer.ParamGroups.First().LearningRate = training.Rate * (done < 0.1 ? done / 0.1 : (1 - done) / 0.9);
                optimizer.zero_grad();
                var loss = ContrastiveLoss.Of(
                    projection.forward(network.Pooled(images.Views(batch, random))),
                    projection.forward(network.Pooled(images.Views(batch, random))),
                    Temperature);
                loss.backward();
                optimizer.step();
                if (!float.IsFinite(loss.item<float>()))
                {
                    throw new TrainingDivergedException($"The contrastive loss became {loss.item<float>()} in epoch {epoch + 1}. Lower the learning rate ({training.Rate}).");
                }

                report?.Invoke(++step / (double)steps);
            }
        }

        network.eval();
    }
}
