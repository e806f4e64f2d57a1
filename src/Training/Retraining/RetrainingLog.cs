using Understudy.Training.Recipes;

namespace Understudy.Training.Retraining;

/// <summary>What a retraining says while it runs, and the losses that its report shows.</summary>
internal sealed class RetrainingLog(IProgress<TrainingProgress>? progress)
{
    /// <summary>By student and way of training, the mean loss of each epoch, in nats.</summary>
    public Dictionary<string, List<double>> Losses { get; } = [];

    public void Report(string step, double fraction, string message = "") => progress?.Report(new(step, fraction, message));

    /// <summary>A list for a new curve.</summary>
    public List<double> Curve(string student, string way) => Losses[$"'{student}' {way}"] = [];
}
