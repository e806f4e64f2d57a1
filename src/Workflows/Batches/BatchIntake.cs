using Microsoft.Extensions.Logging;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Intake;

namespace Understudy.Workflows.Batches;

/// <summary>Starts a batch for every blob in <c>batches/{task}/</c>.</summary>
internal sealed partial class BatchIntake(BatchStarter starter, ReleaseCatalog catalog, ILogger<BatchIntake> logger) : IBlobIntake
{
    public string Container => BlobContainers.Batches;

    public bool Takes(string blob)
    {
        var takes = BatchStarter.TryParse(blob, out _, out _);
        if (!takes)
        {
            LogNoBatch(logger, blob);
        }

        return takes;
    }

    public void Check(string blob)
    {
        BatchStarter.TryParse(blob, out var task, out _);
        catalog.Acquire(task).Dispose();
    }

    public Task<string> TakeAsync(string blob, string etag, CancellationToken cancellationToken) =>
        BatchStarter.TryParse(blob, out var task, out var name)
            ? starter.StartAsync(task, name, etag, cancellationToken)
            : throw new ArgumentException($"'{blob}' is no batch.", nameof(blob));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Blob {Blob} is no batch: name it {{task}}/{{name}}.jsonl.")]
    private static partial void LogNoBatch(ILogger logger, string blob);
}
