namespace Understudy.Workflows.Batches;

/// <summary>A batch cannot run as it is: too many records, or its blob is gone or was overwritten.</summary>
public sealed class BatchRejectedException(string message) : Exception(message);
