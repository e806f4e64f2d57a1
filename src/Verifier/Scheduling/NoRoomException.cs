namespace Understudy.Verifier.Scheduling;

/// <summary>As many callers are inside as may be.</summary>
internal sealed class NoRoomException(string message, TimeSpan retryAfter) : Exception(message)
{
    /// <summary>When it is worth trying again; whole seconds, at least one.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
