using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Understudy.Functions.Durable;
using Understudy.Workflows.Intake;

namespace Understudy.Functions.Intake;

/// <summary>Looks every five minutes for blobs that Event Grid has not told of. The host lets one instance do it at a time.</summary>
public sealed class ReconcileFunction(BlobReconciler reconciler, BoundWorkflowClient workflows)
{
    public const string Schedule = "0 */5 * * * *";

    [Function("Reconcile")]
    public Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        workflows.Bind(client);
        return reconciler.LookAsync(context.CancellationToken);
    }
}
