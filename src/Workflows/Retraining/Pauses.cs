namespace Understudy.Workflows.Retraining;

/// <summary>Pauses that grow by half.</summary>
internal static class Pauses
{
    public static TimeSpan Longer(this TimeSpan pause, TimeSpan most) => pause * 1.5 < most ? pause * 1.5 : most;
}
