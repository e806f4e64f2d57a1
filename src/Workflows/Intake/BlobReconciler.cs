using System.Runtime.ExceptionServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.Inference.Releases;
using Understudy.Inference.Releases.Sharing;
using Understudy.Inference.Tasks;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Quarantine;

namespace Understudy.Workflows.Intake;

/// <summary>
/// Looks through the watched containers for blobs that no trigger has told of, and starts their runs. It may see a blob more than once,
/// after a restart for instance: the run's id follows from the blob's version, so that it stays one run. Thread-safe.
/// </summary>
public sealed partial class BlobReconciler(
    BlobServiceClient blobs,
    BlobIntakes intakes,
    BlobQuarantine quarantine,
    TimeProvider time,
    IOptions<IntakeOptions> options,
    ILogger<BlobReconciler> logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, BlobWatermark> _watermarks = intakes.All.ToDictionary(
        intake => intake.Container, intake => new BlobWatermark(blobs, intake.Container), StringComparer.Ordinal);

    private readonly Dictionary<string, BlobAttempts> _seen = new(StringComparer.Ordinal);

    /// <summary>Looks through every container once.</summary>
    /// <exception cref="RequestFailedException">The storage cannot be reached. Whoever looks again misses nothing.</exception>
    /// <exception cref="Exception">The first that nobody expected of a blob, once all the others were looked at. It is tried again at each look.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            List<Exception> failures = [];
            foreach (var intake in intakes.All)
            {
                await LookAsync(intake, failures, cancellationToken);
            }

            if (failures is [var first, ..])
            {
                ExceptionDispatchInfo.Throw(first);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task LookAsync(IBlobIntake intake, List<Exception> failures, CancellationToken cancellationToken)
    {
        var watermark = _watermarks[intake.Container];
        var now = time.GetUtcNow();
        await watermark.ReadAsync(now, cancellationToken);
        var reached = watermark.Value;
        var waiting = false;
        var there = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in blobs.GetBlobContainerClient(intake.Container).GetBlobsAsync(cancellationToken: cancellationToken))
        {
            var (key, modifiedAt) = ($"{intake.Container}/{blob.Name}", blob.Properties.LastModified!.Value);
            if (watermark.IsBehind(modifiedAt) && !(_seen.TryGetValue(key, out var known) && known.IsRefused))
            {
                continue;
            }

            there.Add(key);
            try
            {
                if (await IsDoneAsync(intake, blob, cancellationToken))
                {
                    // A blob that is ahead of the time, written while a clock was wrong, says nothing about those that come.
                    reached = modifiedAt > reached && modifiedAt <= now ? modifiedAt : reached;
                }
                else
                {
                    waiting |= !_seen[key].IsRefused;
                }
            }
            catch (Exception unexpected) when (!IsSomethingAway(unexpected))
            {
                if (_seen[key].IsNew(unexpected.Message))
                {
                    LogFailed(logger, unexpected, intake.Container, blob.Name);
                }

                failures.Add(unexpected);
                waiting = true;
            }
        }

        foreach (var gone in _seen.Keys.Where(key => key.StartsWith(intake.Container + "/", StringComparison.Ordinal) && !there.Contains(key)).ToList())
        {
            _seen.Remove(gone);
        }

        if (!waiting)
        {
            await watermark.AdvanceAsync(reached, now, cancellationToken);
        }
    }

    /// <summary>Whether those after it would fail of it too.</summary>
    private static bool IsSomethingAway(Exception failure) =>
        failure is OperationCanceledException or RequestFailedException or AggregateException or WorkflowsAwayException or ReleasesAwayException;

    /// <summary>False when the blob has to be looked at again.</summary>
    private async Task<bool> IsDoneAsync(IBlobIntake intake, BlobItem blob, CancellationToken cancellationToken)
    {
        var etag = blob.Properties.ETag!.Value.ToString();
        var key = $"{intake.Container}/{blob.Name}";
        if (!_seen.TryGetValue(key, out var attempts) || attempts.ETag != etag)
        {
            _seen[key] = attempts = new(etag);
        }

        if (attempts.IsDone || attempts.NotBefore > time.GetUtcNow())
        {
            return attempts.IsDone;
        }

        attempts.IsDone = !intake.Takes(blob.Name) || await TryAsync(intake, blob.Name, attempts, cancellationToken);
        return attempts.IsDone;
    }

    private async Task<bool> TryAsync(IBlobIntake intake, string blob, BlobAttempts attempts, CancellationToken cancellationToken)
    {
        using var span = WorkflowTelemetry.StartArrival(intake.Container);
        try
        {
            LogStarted(logger, intake.Container, blob, await intake.TakeAsync(blob, attempts.ETag, cancellationToken));
            return true;
        }
        catch (Exception exception) when (exception is TaskNotFoundException or TaskInvalidException or ReleaseNotFoundException or ReleaseInvalidException)
        {
            attempts.Failed(time.GetUtcNow(), TimeSpan.FromMilliseconds(options.Value.FirstPauseMilliseconds));
            if (attempts.Count < options.Value.Attempts)
            {
                LogWaits(logger, intake.Container, blob, attempts.Count, options.Value.Attempts, exception.Message);
                return false;
            }

            attempts.IsRefused = !await IsSetAsideAsync(intake, blob, attempts.ETag, exception.Message, cancellationToken);
            return !attempts.IsRefused;
        }
    }

    /// <summary>False where the storage is there and will not have it: that is one blob's trouble, and those after it are looked at.</summary>
    private async Task<bool> IsSetAsideAsync(IBlobIntake intake, string blob, string etag, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await quarantine.AddAsync(intake.Container, blob, etag, reason, cancellationToken);
            return true;
        }
        catch (RequestFailedException refused) when (refused.Status is >= 400 and < 500)
        {
            LogNotSetAside(logger, intake.Container, blob, refused.ErrorCode, refused.Status, reason);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Blob {Container}/{Blob} is operation {Operation}.")]
    private static partial void LogStarted(ILogger logger, string container, string blob, string operation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Blob {Container}/{Blob} waits after attempt {Attempt} of {Attempts}: {Reason}")]
    private static partial void LogWaits(ILogger logger, string container, string blob, int attempt, int attempts, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Blob {Container}/{Blob} cannot be taken yet. It is tried again at each look.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string container, string blob);

    [LoggerMessage(Level = LogLevel.Error, Message = "Blob {Container}/{Blob} can neither be taken nor quarantined: the storage refuses it with {Code} ({Status}). It is tried again until this host ends; after that, put it there again. Why it cannot be taken: {Reason}")]
    private static partial void LogNotSetAside(ILogger logger, string container, string blob, string? code, int status, string reason);
}
