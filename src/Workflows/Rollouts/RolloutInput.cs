namespace Understudy.Workflows.Rollouts;

/// <summary>What a <c>rollout</c> workflow depends on.</summary>
/// <param name="Task">The task.</param>
/// <param name="Version">The release that sites are to serve.</param>
/// <param name="Settings">Null for those of the host, which are read once, at the start.</param>
/// <param name="RequestHash">SHA-256 of what the caller sent, so that an idempotency key with another request is noticed; null for no caller.</param>
public sealed record RolloutInput(string Task, string Version, RolloutSettings? Settings = null, string? RequestHash = null);
