namespace Understudy.Workflows;

/// <summary>What hosts may make of times that others noted.</summary>
internal static class HostClocks
{
    /// <summary>How far hosts' clocks may be apart: what lies further in the future was noted before the clock was set back.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromMinutes(5);
}
