namespace Understudy.LocalHost.Durable;

/// <summary>What a row of history says. Stored as numbers, so a value never changes its meaning.</summary>
internal enum HistoryKind
{
    // Things that happened to the workflow; each one is fed to its code.
    Started = 0,
    StepCompleted = 1,
    StepFailed = 2,
    TimerFired = 3,
    EventRaised = 4,

    // Things that its code then did; on replay it has to do them again.
    ActivityScheduled = 10,
    WorkflowScheduled = 11,
    TimerScheduled = 12,
    EventAwaited = 13,
}
