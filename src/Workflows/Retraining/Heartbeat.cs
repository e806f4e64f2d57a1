namespace Understudy.Workflows.Retraining;

/// <summary>The last that was heard of a trainer.</summary>
/// <param name="State">What it said.</param>
/// <param name="Age">How long ago, by the storage's clock.</param>
internal sealed record Heartbeat(TrainingState State, TimeSpan Age);
