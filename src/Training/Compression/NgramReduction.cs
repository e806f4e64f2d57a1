using Understudy.Inference.Calibration;
using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Training.Linear;

namespace Understudy.Training.Compression;

/// <summary>A smaller n-gram part, taught by the whole model's answers.</summary>
internal static class NgramReduction
{
    /// <param name="ngrams">Of the smaller part.</param>
    /// <param name="texts">To learn from.</param>
    /// <param name="answers">The whole model's logits, [texts][labels].</param>
    /// <param name="onEpoch">Told the share of the epochs that are done.</param>
    public static LinearModel Teach(
        NgramOptions ngrams, LinearTraining training, IReadOnlyList<string> texts, IReadOnlyList<float[]> answers, Action<double> onEpoch, CancellationToken cancellationToken)
    {
        var targets = answers.Select(answer => Softmax.Tempered(answer, 1)).ToArray();
        return new LinearTrainer(ngrams, training).Train(texts, targets, (epoch, _) => onEpoch((double)epoch / training.Epochs), cancellationToken);
    }
}
