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
        List<Exception> failures = [];
        foreach (var look in new Func<CancellationToken, Task>[] { reconciler.LookAsync, retraining.NoticeAllAsync, retention.ForgetAsync })
        {
            try
            {
                await look(context.CancellationToken);
            }
            catch (Exception failure)
            {
                failures.Add(failure); // the others do not wait with it
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }
}
