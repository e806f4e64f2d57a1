namespace Understudy.Workflows.Durable;

/// <summary>How often and how fast a failed activity or sub-workflow is tried again.</summary>
/// <param name="MaxAttempts">Attempts in all, the first included; at least 1.</param>
/// <param name="FirstDelay">The wait before the second attempt.</param>
/// <param name="BackoffCoefficient">Each later wait is the one before it times this; at least 1.</param>
/// <param name="MaxDelay">No wait is longer; <see langword="null"/> for no bound.</param>
public sealed record RetryPolicy(int MaxAttempts, TimeSpan FirstDelay, double BackoffCoefficient = 2, TimeSpan? MaxDelay = null)
{
    /// <summary>The wait after attempt number <paramref name="attempt"/> (from 1) has failed.</summary>
    public TimeSpan DelayAfter(int attempt)
    {
        var ticks = FirstDelay.Ticks * Math.Pow(BackoffCoefficient, attempt - 1);
        var bound = (MaxDelay ?? TimeSpan.FromDays(1)).Ticks;
        return TimeSpan.FromTicks((long)Math.Min(ticks, bound));
    }
}
