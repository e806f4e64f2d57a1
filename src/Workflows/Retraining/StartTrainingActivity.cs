using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>Sets the trainer to work.</summary>
internal sealed class StartTrainingActivity(ITrainer trainer) : Activity<TrainingOrder, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, TrainingOrder input)
    {
        await trainer.StartAsync(input, context.CancellationToken);
        return true;
    }
}
