using Microsoft.DurableTask;
using RetryPolicy = Understudy.Workflows.Durable.RetryPolicy;

namespace Understudy.Functions.Durable;

/// <summary>The port's retry policy in the form that Durable Functions runs.</summary>
internal static class DurableRetry
{
    // Durable Functions refuses a first interval of zero and caps waits at an hour unless told otherwise.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static TaskRetryOptions? From(RetryPolicy? policy)
    {
        if (policy is null or { MaxAttempts: <= 1 })
        {
            return null;
        }

        var longest = Max(policy.MaxDelay ?? Longest, Shortest);
        // A bound below the first delay shortens the first delay too; Durable Functions would refuse the pair.
        var first = Min(Max(policy.FirstDelay, Shortest), longest);
        return TaskRetryOptions.FromRetryPolicy(new(policy.MaxAttempts, first, policy.BackoffCoefficient, longest));
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
