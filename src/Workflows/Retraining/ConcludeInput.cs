using Understudy.Workflows.Shadows;

namespace Understudy.Workflows.Retraining;

/// <summary>All that is known when a retraining ends.</summary>
/// <param name="Order">What was trained.</param>
/// <param name="Run">What was asked for.</param>
/// <param name="Version">The release to be.</param>
/// <param name="CreatedAt">When the run began.</param>
/// <param name="Curation">What became of the lessons.</param>
/// <param name="Gate">What the gate measured; null when it did not come to that.</param>
/// <param name="Accepted">Whether it is released.</param>
/// <param name="Reasons">Why, or why not.</param>
/// <param name="Shadow">What it did beside live traffic; null when it was not asked to.</param>
internal sealed record ConcludeInput(
    TrainingOrder Order, RetrainInput Run, string Version, DateTimeOffset CreatedAt, Curation Curation, GateReport? Gate, bool Accepted, IReadOnlyList<string> Reasons,
    ShadowReport? Shadow = null);
