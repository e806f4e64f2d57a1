using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Understudy.Functions.Durable;
using Understudy.Workflows.Batches;

namespace Understudy.Functions.Batches;

/// <summary>Starts a batch for every blob that appears in <c>batches/{task}/</c>. Event Grid may announce a blob twice: the run's id follows from its version.</summary>
public sealed partial class BatchBlobFunction(BatchStarter starter, BoundWorkflowClient workflows, ILogger<BatchBlobFunction> logger)
{
    [Function("BatchBlob")]
    public async Task RunAsync(
        [BlobTrigger("batches/{task}/{name}", Source = BlobTriggerSource.EventGrid)] BlobClient blob,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        if (!BatchStarter.TryParse(blob.Name, out var task, out var name))
        {
            LogNoBatch(logger, blob.Name);
            return;
        }

        workflows.Bind(client);
        var properties = await blob.GetPropertiesAsync(cancellationToken: context.CancellationToken);
        var id = await starter.StartAsync(task, name, properties.Value.ETag.ToString(), context.CancellationToken);
        LogStarted(logger, blob.Name, id);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Blob {Blob} is operation {Operation}.")]
    private static partial void LogStarted(ILogger logger, string blob, string operation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Blob {Blob} is no batch: name it {{task}}/{{name}}.jsonl.")]
    private static partial void LogNoBatch(ILogger logger, string blob);
}
