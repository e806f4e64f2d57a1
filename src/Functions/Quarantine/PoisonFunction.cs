using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Understudy.Functions.Durable;
using Understudy.Workflows.Quarantine;

namespace Understudy.Functions.Quarantine;

/// <summary>Quarantines the blobs that a blob trigger has given up after its last attempt.</summary>
public sealed class PoisonFunction(PoisonBlobs poison, BoundWorkflowClient workflows)
{
    [Function("PoisonBlob")]
    public Task RunAsync([QueueTrigger(PoisonBlobs.Queue)] string message, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        workflows.Bind(client);
        return poison.HandleAsync(message, context.CancellationToken);
    }
}
