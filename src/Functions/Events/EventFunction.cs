using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Understudy.Functions.Durable;
using Understudy.Workflows.Events;

namespace Understudy.Functions.Events;

/// <summary>Takes the product's own CloudEvents from its topic.</summary>
public sealed class EventFunction(EventReceiver receiver, BoundWorkflowClient workflows)
{
    [Function("OwnEvent")]
    public Task RunAsync([EventGridTrigger] string cloudEvent, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        workflows.Bind(client);
        return receiver.ReceiveAsync(cloudEvent, context.CancellationToken);
    }
}
