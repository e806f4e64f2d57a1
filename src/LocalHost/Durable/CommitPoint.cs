namespace Understudy.LocalHost.Durable;

/// <summary>The two moments between which a step becomes durable.</summary>
internal enum CommitPoint
{
    /// <summary>The step has run in memory; nothing of it is kept yet.</summary>
    Before,

    /// <summary>The step is kept; nothing that follows from it has been handed out yet.</summary>
    After,
}
