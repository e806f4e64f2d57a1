namespace Understudy.Workflows.Events;

/// <summary>The types of the CloudEvents that the product publishes.</summary>
public static class EventTypes
{
    public const string ReleasePublished = "Understudy.ReleasePublished";
    public const string ReleaseRejected = "Understudy.ReleaseRejected";
    public const string BatchCompleted = "Understudy.BatchCompleted";
    public const string EdgeUpdated = "Understudy.EdgeUpdated";
    public const string DriftDetected = "Understudy.DriftDetected";
}
