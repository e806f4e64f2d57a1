using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Inference.Routing;
using Understudy.Training.Linear;

namespace Understudy.Training.Routing;

/// <summary>
/// Trains a <see cref="PreCallRouter"/> on inputs for which it is known whether each model was right. Which of the two is right is mostly
/// chance, so the fit is held back: few passes in small steps, and only n-grams that occur twice.
/// </summary>
public sealed class RouterTrainer
{
    private static readonly NgramOptions Ngrams = new() { Buckets = 1 << 16 };
    private static readonly LinearTraining Training = new() { Epochs = 3, Rate = 0.05f, MinCount = 2 };

    /// <param name="examples">At least one.</param>
    /// <param name="cancellationToken">Heard between passes.</param>
    /// <returns>A model for <see cref="PreCallRouter"/>.</returns>
    public LinearModel Train(IReadOnlyList<RoutedExample> examples, CancellationToken cancellationToken = default)
    {
        var targets = examples.Select(example =>
        {
            var target = new float[PreCallRouter.Outcomes];
            target[PreCallRouter.Outcome(example)] = 1;
            return target;
        }).ToList();
        return new LinearTrainer(Ngrams, Training).Train([.. examples.Select(example => RouterText.Of(example.Input))], targets, cancellationToken: cancellationToken);
    }
}
