using Understudy.Workflows.Durable;

namespace Understudy.Workflows;

/// <summary>How the steps of the product's workflows are retried.</summary>
internal static class StepRetry
{
    /// <summary>About a minute and a half of attempts, beyond the storage client's own: storage may be away for a while.</summary>
    public static RetryPolicy Policy { get; } = new(8, TimeSpan.FromSeconds(0.5), 2, TimeSpan.FromSeconds(30));
}
