using Understudy.Inference.Lessons;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;

namespace Understudy.Workflows.Tests.Retraining.Jobs;

/// <summary>A training that goes on until it is told to stop.</summary>
internal sealed class PatientTraining : IStudentTraining
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously), _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Begun => _begun.Task;

    public Task Stopped => _stopped.Task;

    public ReleaseManifest Train(
        string releaseFolder, ReleaseTrust trust, string lessons, string calibration, string outputFolder, bool fromServing, Action<string, double, string> onProgress, CancellationToken cancellationToken)
    {
        _begun.TrySetResult();
        Assert.True(cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(60)), "Nobody stopped it.");
        _stopped.TrySetResult();
        throw new OperationCanceledException(cancellationToken);
    }
}
