using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>Asks where the training stands.</summary>
internal sealed class LookAtTrainingActivity(ITrainer trainer) : Activity<TrainingOrder, TrainingState>
{
    public override Task<TrainingState> RunAsync(ActivityContext context, TrainingOrder input) => trainer.LookAsync(input, context.CancellationToken);
}
