namespace Understudy.Workflows.Retention;

/// <param name="Task">The task.</param>
/// <param name="Keep">So many of its newest releases stay.</param>
internal sealed record PruneInput(string Task, int Keep);
