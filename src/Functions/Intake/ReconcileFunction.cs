using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Understudy.Functions.Durable;
using Understudy.Workflows.Intake;
using Understudy.Workflows.Retention;
using Understudy.Workflows.Retraining;

namespace Understudy.Functions.Intake;

/// <summary>Looks every five minutes for blobs that Event Grid has not told of, and whether there are lessons enough for a retraining, and lets the oldest go. The host lets one instance do it at a time.</summary>
public sealed class ReconcileFunction(BlobReconciler reconciler, RetrainStarter retraining, LessonRetention retention, BoundWorkflowClient workflows)
{
    public const string Schedule = "0 */5 * * * *";

    [Function("Reconcile")]
    public async Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        workflows.Bind(client);
        await reconciler.LookAsync(context.CancellationToken);
        await retraining.NoticeAllAsync(context.CancellationToken);
        await retention.ForgetAsync(context.CancellationToken);
    }
}
