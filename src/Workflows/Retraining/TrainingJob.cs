using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Understudy.Inference.Lessons;
using Understudy.Inference.Releases;
using Understudy.Inference.Releases.Sharing;
using Understudy.Inference.Signing;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// The work of a trainer, wherever it runs: fetches the lessons, trains, puts the files that change into <c>work/{run}/candidate/</c>, and says
/// how it stands in <c>work/{run}/training.json</c> all the while. Thread-safe.
/// </summary>
public sealed class TrainingJob(BlobServiceClient blobs, ReleaseCatalog catalog, IStudentTraining training, TimeProvider time)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    private readonly TrainingStates _states = new(blobs);
    private readonly BlobContainerClient _work = blobs.GetBlobContainerClient(BlobContainers.Work);

    /// <summary>Does the work; what goes wrong in the training itself is its state, not an exception.</summary>
    /// <exception cref="RequestFailedException">The storage is away, or a file is gone.</exception>
    /// <exception cref="ReleasesAwayException">The releases are away.</exception>
    /// <exception cref="SigningException">The key that vouches for the release cannot be had, as while its vault is away: that says nothing of the lessons.</exception>
    public async Task RunAsync(TrainingOrder order, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("understudy-training-").FullName;
        var state = new TrainingState(TrainingState.Running, "begin", 0, "", time.GetUtcNow());
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beating = Task.CompletedTask;
        try
        {
            await _states.SayAsync(order, state, cancellationToken);
            beating = BeatAsync(order, () => state, over.Token);
            await TrainAsync(order, folder, (step, fraction, message) => state = new(TrainingState.Running, step, fraction, message, time.GetUtcNow()), cancellationToken);
            state = new(TrainingState.Done, "done", 1, "", time.GetUtcNow());
        }
        catch (Exception error) when (error is not (OperationCanceledException or RequestFailedException or AggregateException or ReleasesAwayException or SigningException))
        {
            state = new(TrainingState.Failed, state.Step, state.Fraction, error.Message, time.GetUtcNow());
        }
        finally
        {
            // The heart stops before the last word, which nothing must follow.
            await over.CancelAsync();
            await beating;
            Directory.Delete(folder, recursive: true);
        }

        await _states.SayAsync(order, state, cancellationToken);
    }

    /// <summary>What the trainer last said; null when it has said nothing.</summary>
    public async Task<TrainingState?> StateAsync(TrainingOrder order, CancellationToken cancellationToken) =>
        (await _states.HearAsync(order, cancellationToken))?.State;

    /// <summary>Says that nobody works on it any more, so that it is not waited for.</summary>
    public Task GiveBackAsync(TrainingOrder order, CancellationToken cancellationToken) =>
        _states.SayAsync(order, new(TrainingState.Lost, "stop", 0, "The trainer was told to stop.", time.GetUtcNow()), cancellationToken);

    private async Task TrainAsync(TrainingOrder order, string folder, Action<string, double, string> onProgress, CancellationToken cancellationToken)
    {
        var (lessons, calibration, output) = (Path.Combine(folder, LessonFiles.Train), Path.Combine(folder, LessonFiles.Calibration), Path.Combine(folder, "candidate"));
        Directory.CreateDirectory(output);
        await _work.GetBlobClient(LessonFiles.Name(order.Run, LessonFiles.Train)).DownloadToAsync(lessons, cancellationToken);
        await _work.GetBlobClient(LessonFiles.Name(order.Run, LessonFiles.Calibration)).DownloadToAsync(calibration, cancellationToken);
        var serving = catalog.FolderOf(order.Task, order.Serving);
        var manifest = training.Train(serving, catalog.Keys.Trust, lessons, calibration, output, order.FromServing, onProgress, cancellationToken);
        foreach (var file in Directory.EnumerateFiles(output))
        {
            await _work.GetBlobClient(order.FilesFolder + Path.GetFileName(file)).UploadAsync(file, overwrite: true, cancellationToken);
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, DurableJson.Options);
        await _work.GetBlobClient(order.ManifestBlob).UploadAsync(new BinaryData(json), overwrite: true, cancellationToken);
    }

    private async Task BeatAsync(TrainingOrder order, Func<TrainingState> state, CancellationToken over)
    {
        using var timer = new PeriodicTimer(Beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                try
                {
                    await _states.SayAsync(order, state() with { At = time.GetUtcNow() }, over);
                }
                catch (Exception error) when (error is RequestFailedException or AggregateException)
                {
                    // The storage is away: then the heart is not heard for a while.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Over.
        }
    }
}
