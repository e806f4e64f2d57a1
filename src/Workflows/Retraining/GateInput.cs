namespace Understudy.Workflows.Retraining;

/// <param name="Order">What was trained.</param>
/// <param name="Version">The name of the release to be.</param>
/// <param name="CreatedAt">When the run began.</param>
/// <param name="Settings">What the new release has to show.</param>
internal sealed record GateInput(TrainingOrder Order, string Version, DateTimeOffset CreatedAt, RetrainSettings Settings);
