namespace Understudy.Workflows.Retraining.Jobs;

/// <summary>That a job was asked to work on a run: <c>work/{run}/start.json</c>, written before it is and again after.</summary>
/// <param name="Execution">The job's execution; null until the resource manager has answered.</param>
internal sealed record JobStart(string? Execution);
