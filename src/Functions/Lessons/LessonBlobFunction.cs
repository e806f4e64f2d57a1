using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Understudy.Functions.Durable;
using Understudy.Workflows.Retraining;

namespace Understudy.Functions.Lessons;

/// <summary>Looks whether a task has lessons enough for a retraining when a blob appears in <c>teacher-outputs/{task}/</c>.</summary>
public sealed class LessonBlobFunction(LessonNotices notices, BoundWorkflowClient workflows)
{
    [Function("LessonBlob")]
    public Task RunAsync(
        [BlobTrigger("teacher-outputs/{task}/{name}", Source = BlobTriggerSource.EventGrid)] BlobClient blob,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        workflows.Bind(client);
        return notices.HearAsync(blob.Name, context.CancellationToken);
    }
}
