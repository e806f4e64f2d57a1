using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>Stops the training of a run.</summary>
internal sealed class StopTrainingActivity(ITrainer trainer) : Activity<string, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, string input)
    {
        await trainer.StopAsync(input, context.CancellationToken);
        return true;
    }
}
