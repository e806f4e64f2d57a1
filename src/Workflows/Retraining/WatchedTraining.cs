using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// The step of a retraining in which a trainer works: set to it, looked at now and then, stopped when it takes too long, and set to it again when it was lost,
/// after a pause that grows, as a training may be what ends its process. Part of a workflow: runs in its thread.
/// </summary>
internal sealed class WatchedTraining(WorkflowContext context, TrainingOrder order, RetrainSettings settings)
{
    /// <summary>From this version on a lost trainer is waited for, and a run that loses every one fails: its lessons are still to be learned.</summary>
    private const int WaitsForTrainers = 4;

    private const int MostTrainers = 40, MostTrainersBefore = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestTrainerPause = TimeSpan.FromMinutes(5);

    private readonly DateTimeOffset _begunAt = context.CurrentUtcDateTime;
    private TimeSpan _worked;

    /// <summary>Why there is no student; null when there is one.</summary>
    /// <exception cref="TrainerLostException">Whoever was set to work was lost.</exception>
    public async Task<string?> RunAsync()
    {
        var pause = FirstPause;
        for (var trainers = 1; ; trainers++)
        {
            context.SetStatus(new RetrainProgress("train"));
            await context.CallActivityAsync(WorkflowNames.RetrainStartTraining, order, StepRetry.Policy);
            var last = await WatchAsync();
            switch (last.Status)
            {
                case TrainingState.Done:
                    return null;
                case TrainingState.Failed:
                    return $"The training failed at '{last.Step}': {last.Message}";
                case TrainingState.Running:
                    await context.CallActivityAsync(WorkflowNames.RetrainStopTraining, order.Run, StepRetry.Policy);
                    return FormattableString.Invariant($"The training was not over after {settings.TrainingMinutes} minutes (Retraining:TrainingMinutes) and was stopped.");
            }

            if (context.Version >= WaitsForTrainers)
            {
                if (trainers == MostTrainers)
                {
                    throw new TrainerLostException(trainers, context.CurrentUtcDateTime - _begunAt);
                }

                context.SetStatus(new RetrainProgress("train", 0, "The trainer was lost; another begins after a pause."));
                await context.CreateTimer(context.CurrentUtcDateTime + pause);
                pause = pause.Longer(LongestTrainerPause);
            }
            else if (trainers == MostTrainersBefore)
            {
                return $"The trainer was lost {trainers} times.";
            }
        }
    }

    /// <summary>How it stands when it is over or lost; still running when it takes too long.</summary>
    private async Task<TrainingState> WatchAsync()
    {
        var (startedAt, lookedAt) = (context.CurrentUtcDateTime, context.CurrentUtcDateTime);
        for (var pause = FirstPause; ; pause = pause.Longer(LongestPause))
        {
            await PauseAsync(pause);
            var state = await context.CallActivityAsync(WorkflowNames.RetrainLookAtTraining, order, StepRetry.Policy);
            if (state.Status != TrainingState.Running)
            {
                return state;
            }

            var now = context.CurrentUtcDateTime;
            (_worked, lookedAt) = (_worked + (now - lookedAt), now); // while nobody worked, as on a machine that is off, nothing is added
            if ((context.Version >= WaitsForTrainers ? _worked : now - _begunAt) > TimeSpan.FromMinutes(settings.TrainingMinutes))
            {
                return state;
            }

            context.SetStatus(new RetrainProgress("train", state.Fraction, $"{state.Step} {state.Message}".Trim(), Expected(startedAt, now, state.Fraction)));
        }
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await context.WaitForEventAsync<bool>(TrainingState.OverEvent, pause);
        }
        catch (TimeoutException)
        {
            // Time to look.
        }
    }

    private static DateTimeOffset? Expected(DateTimeOffset startedAt, DateTimeOffset now, double fraction) =>
        fraction is > 0.02 and <= 1 ? now + ((now - startedAt) * ((1 - fraction) / fraction)) : null;
}
