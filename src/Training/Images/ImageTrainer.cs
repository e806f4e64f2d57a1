using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Images;

/// <summary>Trains a <see cref="ConvolutionNetwork"/> on labels and, where there is a teacher, on what it looks at and what it answers.</summary>
internal sealed class ImageTrainer(ConvolutionNetwork network, ImageTraining training, ConvolutionNetwork? teacher = null)
{
    private const int MeasuredAtOnce = 250;

    /// <exception cref="TrainingDivergedException">The loss became infinite.</exception>
    public void Train(ImageSet images, Action<double>? report = null, CancellationToken cancellationToken = default)
    {
        var random = new Random(training.Seed);
        using var optimizer = optim.SGD(network.parameters(), training.Rate, momentum: 0.9, weight_decay: training.WeightDecay, nesterov: true);
        var order = Enumerable.Range(0, images.Count).ToArray();
        var stepsAnEpoch = (images.Count + training.BatchImages - 1) / training.BatchImages;
        var (step, steps) = (0, stepsAnEpoch * training.Epochs);
        teacher?.eval();
        network.train();
        using var hold = new CollectionHold();
        for (var epoch = 0; epoch < training.Epochs; epoch++)
        {
            random.Shuffle(order);
            foreach (var batch in order.Chunk(training.BatchImages))
            {
                cancellationToken.ThrowIfCancellationRequested();
                hold.Renew();
                using var scope = NewDisposeScope();
                var done = (step + 1.0) / steps;
                optimizer.ParamGroups.First().LearningRate = training.Rate * (done < 0.2 ? done / 0.2 : (1 - done) / 0.8);
                var (pictures, labels) = images.Batch(batch, random);
                optimizer.zero_grad();
                var loss = Loss(pictures, labels);
                loss.backward();
                optimizer.step();
                if (!float.IsFinite(loss.item<float>()))
                {
                    throw new TrainingDivergedException($"The loss became {loss.item<float>()} in epoch {epoch + 1}. Lower the learning rate ({training.Rate}).");
                }

                step++;
                report?.Invoke((double)step / steps);
            }
        }

        network.eval();
    }

    /// <summary>Share of the pictures that a network puts in their class.</summary>
    public static double Accuracy(ConvolutionNetwork network, ImageSet images)
    {
        network.eval();
        using var none = no_grad();
        var right = 0L;
        foreach (var batch in Enumerable.Range(0, images.Count).Chunk(MeasuredAtOnce))
        {
            using var scope = NewDisposeScope();
            var (pictures, labels) = images.Batch(batch, null);
            right += network.forward(pictures).argmax(1).eq(labels).sum().item<long>();
        }

        return (double)right / images.Count;
    }

    private Tensor Loss(Tensor pictures, Tensor labels)
    {
        var (logits, maps) = network.Maps(pictures);
        var loss = functional.cross_entropy(logits, labels);
        if (teacher is null)
        {
            return loss;
        }

        Tensor answers;
        Tensor[] looks;
        using (no_grad())
        {
            (answers, looks) = teacher.Maps(pictures);
        }

        if (training.SoftTargetShare > 0)
        {
            loss = (training.SoftTargetShare * SoftTargetLoss.Of(logits, answers, training.SoftTargetTemperature)) + ((1 - training.SoftTargetShare) * loss);
        }

        return training.AttentionWeight > 0 ? loss + (training.AttentionWeight / 2 * AttentionLoss.Of(maps, looks)) : loss;
    }
}
