namespace Understudy.Workflows.Retraining;

/// <summary>Where a retraining stands.</summary>
/// <param name="Stage"><c>snapshot</c>, <c>curate</c>, <c>train</c>, <c>gate</c>, <c>shadow</c>, <c>approval</c>, <c>release</c> or <c>done</c>.</param>
/// <param name="Fraction">Of the stage, where that is known.</param>
/// <param name="Message">What the stage says of itself.</param>
/// <param name="ExpectedAt">When the stage should be over, where that is known.</param>
public sealed record RetrainProgress(string Stage, double Fraction = 0, string Message = "", DateTimeOffset? ExpectedAt = null);
