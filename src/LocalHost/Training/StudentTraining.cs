using Understudy.Inference.Releases;
using Understudy.Training.Recipes;
using Understudy.Training.Retraining;
using Understudy.Workflows.Retraining;

namespace Understudy.LocalHost.Training;

/// <summary>The training that this host brings along.</summary>
internal sealed class StudentTraining : IStudentTraining
{
    public ReleaseManifest Train(
        string releaseFolder, string lessons, string calibration, string outputFolder, bool fromServing, Action<string, double, string> onProgress, CancellationToken cancellationToken)
    {
        var progress = new Progress(onProgress);
        return new StudentRetraining(new() { FromServing = fromServing }, progress).Run(new(releaseFolder, lessons, calibration, outputFolder), cancellationToken);
    }

    /// <summary>Tells at once and in order, which <see cref="Progress{T}"/> does not.</summary>
    private sealed class Progress(Action<string, double, string> onProgress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => onProgress(value.Step, value.Fraction, value.Message);
    }
}
