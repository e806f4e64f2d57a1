namespace Understudy.Workflows.Retraining;

/// <summary>No student can be retrained: the message says why and what to do.</summary>
public sealed class RetrainingUnavailableException(string message) : Exception(message);
