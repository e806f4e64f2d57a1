namespace Understudy.Workflows.Retraining.Jobs;

/// <summary>The data of an <c>Understudy.TrainingOver</c> event: a trainer has ended, well or not.</summary>
/// <param name="Run">The retraining that waits for it.</param>
public sealed record TrainingOver(string Run);
