namespace Understudy.Workflows.Durable;

/// <summary>What an activity knows of the run that it serves.</summary>
/// <param name="InstanceId">The workflow instance that called the activity.</param>
/// <param name="CancellationToken">Cancelled when the host stops; the engine runs the activity again elsewhere or later.</param>
public sealed record ActivityContext(string InstanceId, CancellationToken CancellationToken);
