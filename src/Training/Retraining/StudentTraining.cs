using Understudy.Inference.Lessons;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Training.Recipes;

namespace Understudy.Training.Retraining;

/// <summary><see cref="StudentRetraining"/> for hosts that train. Thread-safe.</summary>
public sealed class StudentTraining : IStudentTraining
{
    public ReleaseManifest Train(
        string releaseFolder, ReleaseTrust trust, string lessons, string calibration, string outputFolder, bool fromServing, Action<string, double, string> onProgress, CancellationToken cancellationToken)
    {
        var progress = new Progress(onProgress);
        return new StudentRetraining(new() { FromServing = fromServing }, progress, trust).Run(new(releaseFolder, lessons, calibration, outputFolder), cancellationToken);
    }

    /// <summary>Tells at once and in order, which <see cref="Progress{T}"/> does not.</summary>
    private sealed class Progress(Action<string, double, string> onProgress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => onProgress(value.Step, value.Fraction, value.Message);
    }
}
