using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;

namespace Understudy.LocalHost.Triggers;

/// <summary>
/// Starts a batch for every blob that appears in <c>batches/{task}/</c>. It may see a blob more than once, after a restart for
/// instance: the run's id follows from the blob's version, so that it stays one run.
/// </summary>
internal sealed partial class BatchBlobTrigger(
    BlobServiceClient blobs,
    BatchStarter starter,
    Watermark watermark,
    TimeProvider time,
    IOptions<BatchTriggerOptions> options,
    ILogger<BatchBlobTrigger> logger) : BackgroundService
{
    private readonly Dictionary<string, ETag> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _complainedAbout = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is RequestFailedException or AggregateException)
            {
                LogStorageAway(logger, exception.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Looks through the container once.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var reached = watermark.Value;
        var waiting = false;
        await foreach (var blob in blobs.GetBlobContainerClient(BlobContainers.Batches).GetBlobsAsync(cancellationToken: cancellationToken))
        {
            var etag = blob.Properties.ETag!.Value;
            var modifiedAt = blob.Properties.LastModified!.Value;
            if (watermark.IsBehind(modifiedAt) || (_seen.TryGetValue(blob.Name, out var seen) && seen == etag))
            {
                continue;
            }

            if (await StartAsync(blob, etag, cancellationToken))
            {
                _seen[blob.Name] = etag;
                reached = modifiedAt > reached ? modifiedAt : reached;
            }
            else
            {
                waiting = true;
            }
        }

        if (!waiting)
        {
            watermark.Advance(reached);
        }
    }

    /// <summary>False when the blob has to be looked at again.</summary>
    private async Task<bool> StartAsync(BlobItem blob, ETag etag, CancellationToken cancellationToken)
    {
        if (!BatchStarter.TryParse(blob.Name, out var task, out var name))
        {
            LogNoBatch(logger, blob.Name);
            return true;
        }

        try
        {
            var id = await starter.StartAsync(task, name, etag.ToString(), cancellationToken);
            LogStarted(logger, blob.Name, id);
            return true;
        }
        catch (Exception exception) when (exception is TaskNotFoundException or ReleaseNotFoundException or ReleaseInvalidException)
        {
            if (_complainedAbout.Add($"{blob.Name} {etag}"))
            {
                LogWaits(logger, blob.Name, exception.Message);
            }

            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Blob {Blob} is operation {Operation}.")]
    private static partial void LogStarted(ILogger logger, string blob, string operation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Blob {Blob} is no batch: name it {{task}}/{{name}}.jsonl.")]
    private static partial void LogNoBatch(ILogger logger, string blob);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Blob {Blob} waits: {Reason}")]
    private static partial void LogWaits(ILogger logger, string blob, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The blob storage cannot be reached; looking again. {Reason}")]
    private static partial void LogStorageAway(ILogger logger, string reason);
}
