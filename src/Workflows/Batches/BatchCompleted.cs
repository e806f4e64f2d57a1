namespace Understudy.Workflows.Batches;

/// <summary>The data of an <c>Understudy.BatchCompleted</c> event.</summary>
public sealed record BatchCompleted(string OperationId, BatchSummary Summary);
