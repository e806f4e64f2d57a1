namespace Understudy.Workflows.Events;

/// <summary>The types of the CloudEvents that the product publishes.</summary>
public static class EventTypes
{
    /// <summary>How the source of each of them begins.</summary>
    public const string SourcePrefix = "/understudy/";

    public const string ReleasePublished = "Understudy.ReleasePublished";
    public const string ReleaseRejected = "Understudy.ReleaseRejected";
    public const string BatchCompleted = "Understudy.BatchCompleted";
    public const string EdgeUpdated = "Understudy.EdgeUpdated";
    public const string DriftDetected = "Understudy.DriftDetected";
    public const string TrainingOver = "Understudy.TrainingOver";

    public static IReadOnlyList<string> All { get; } = [ReleasePublished, ReleaseRejected, BatchCompleted, EdgeUpdated, DriftDetected, TrainingOver];
}
