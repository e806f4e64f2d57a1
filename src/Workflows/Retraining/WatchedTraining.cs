using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// The step of a retraining in which a trainer works: set to it, looked at now and then, stopped when it takes too long, and set to it again when it was lost,
/// after a pause that grows, as a training may be what ends its process. A run whose trainers are all lost fails: its lessons are still to be learned.
/// Part of a workflow: runs in its thread.
/// </summary>
internal sealed class WatchedTraining(WorkflowContext context, TrainingOrder order, RetrainSettings settings)
{
    /// <summary>From this version on there is a pause after a trainer that was lost; before, the fifth was the last, and the run rejected its lessons.</summary>
    private const int WaitsForTrainers = 4;

    private const int MostTrainers = 40, MostTrainersBefore = 5;

    /// <summary>So many in a row that never said a word: there is none to be had.</summary>
    private const int MostSilent = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestTrainerPause = TimeSpan.FromMinutes(5);

    private readonly DateTimeOffset _begunAt = context.CurrentUtcDateTime;
    private TimeSpan _worked;
    private int _silent;

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
                    if (context.Version >= WaitsForTrainers && trainers > 1)
                    {
                        throw TrainerLostException.InTheMiddle(trainers - 1, context.CurrentUtcDateTime - _begunAt);
                    }

                    return FormattableString.Invariant($"The training was not over after {settings.TrainingMinutes} minutes (Retraining:TrainingMinutes) and was stopped.");
            }

            if (context.Version >= WaitsForTrainers)
            {
                _silent = last.Step == TrainingState.Wait ? _silent + 1 : 0;
                if (_silent == MostSilent)
                {
                    throw TrainerLostException.Silent(_silent, context.CurrentUtcDateTime - _begunAt);
                }

                if (trainers == MostTrainers)
                {
                    throw TrainerLostException.InTheMiddle(trainers, context.CurrentUtcDateTime - _begunAt);
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
        var (startedAt, lookedAt, saidAt) = (context.CurrentUtcDateTime, context.CurrentUtcDateTime, DateTimeOffset.MinValue);
        for (var pause = FirstPause; ; pause = pause.Longer(LongestPause))
        {
            await PauseAsync(pause);
            var state = await context.CallActivityAsync(WorkflowNames.RetrainLookAtTraining, order, StepRetry.Policy);
            if (state.Status != TrainingState.Running)
            {
                return state;
            }

            var now = context.CurrentUtcDateTime;
            if (state.Step != TrainingState.Wait && state.At > saidAt)
            {
                _worked += now - lookedAt; // but not while it waits for its turn or its job, or nothing is heard of it
            }

            (lookedAt, saidAt) = (now, state.At);
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
