namespace Understudy.Workflows.Rollouts;

/// <summary>What the event says.</summary>
/// <param name="OperationId">The workflow's instance; also the event's id, so that an event sent twice is recognised.</param>
internal sealed record RolloutPublication(string OperationId, RolloutResult Result);
