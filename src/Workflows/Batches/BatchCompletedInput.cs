namespace Understudy.Workflows.Batches;

/// <summary>What the event says.</summary>
/// <param name="OperationId">The workflow's instance; also the event's id, so that an event sent twice is recognised.</param>
internal sealed record BatchCompletedInput(string OperationId, BatchSummary Summary);
