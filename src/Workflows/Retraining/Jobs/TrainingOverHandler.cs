using Azure.Messaging;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;

namespace Understudy.Workflows.Retraining.Jobs;

/// <summary>Wakes the retraining whose trainer has ended; it looks for itself how that went.</summary>
internal sealed class TrainingOverHandler(IWorkflowClient workflows) : IEventHandler
{
    public string Type => EventTypes.TrainingOver;

    public async Task HandleAsync(CloudEvent cloudEvent, CancellationToken cancellationToken)
    {
        var run = EventData.Read<TrainingOver>(cloudEvent).Run;
        if (!run.StartsWith(RetrainStarter.Everyone, StringComparison.Ordinal))
        {
            throw new EventInvalidException($"Event {cloudEvent.Type} {cloudEvent.Id} is for '{run}', which is no retraining.");
        }

        try
        {
            await workflows.RaiseEventAsync(run, TrainingState.OverEvent, true, cancellationToken);
        }
        catch (WorkflowNotFoundException)
        {
            // It is over.
        }
    }
}
