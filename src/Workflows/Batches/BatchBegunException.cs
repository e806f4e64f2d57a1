namespace Understudy.Workflows.Batches;

/// <summary>A batch has begun otherwise than a caller asks: what the lead answers may be kept.</summary>
public sealed class BatchBegunException(string blob)
    : Exception($"The batch of 'batches/{blob}' has begun, and what the lead answers in it may be kept for teaching: a blob that comes into the container starts by itself.");
