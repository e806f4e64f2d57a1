namespace Understudy.Workflows.Rollouts;

/// <summary>A release cannot be rolled out as it is.</summary>
public sealed class RolloutRejectedException(string message) : Exception(message);
