namespace Understudy.LocalHost.Durable;

/// <summary>One row of an instance's history.</summary>
/// <param name="Kind">Whether it happened to the workflow or was done by it.</param>
/// <param name="At">When, in UTC.</param>
/// <param name="Step">The step it belongs to, numbered from 0 over the instance's whole life; -1 where there is none.</param>
/// <param name="Name">The activity, workflow or event.</param>
/// <param name="Payload">The JSON that went in or came out.</param>
internal readonly record struct HistoryEvent(HistoryKind Kind, DateTimeOffset At, long Step = -1, string? Name = null, string? Payload = null)
{
    /// <summary>True when the workflow's code did it; false when it happened to the workflow.</summary>
    public bool IsAction => Kind >= HistoryKind.ActivityScheduled;

    /// <summary>What it says, for people.</summary>
    public string Describe() => Kind switch
    {
        HistoryKind.ActivityScheduled => $"calls activity '{Name}'",
        HistoryKind.WorkflowScheduled => $"calls workflow '{Name}'",
        HistoryKind.TimerScheduled => "creates a timer",
        HistoryKind.EventAwaited => $"waits for event '{Name}'",
        HistoryKind.EventRaised => $"event '{Name}' is raised",
        HistoryKind.TimerFired => $"the timer of step {Step} fires",
        HistoryKind.StepCompleted => $"step {Step} completes",
        HistoryKind.StepFailed => $"step {Step} fails",
        _ => "the workflow starts",
    };
}
