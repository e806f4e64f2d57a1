namespace Understudy.Inference.Lessons;

/// <summary>The pictures that a retraining leaves beside what it trained; its report shows them.</summary>
public static class RetrainingPlots
{
    /// <summary>The loss on the lessons, epoch by epoch.</summary>
    public const string Loss = "retraining-loss.png";

    /// <summary>How often the student says what the lead says, by the share of inputs that it answers.</summary>
    public const string Coverage = "retraining-coverage.png";

    public static IReadOnlyList<string> All { get; } = [Loss, Coverage];
}
