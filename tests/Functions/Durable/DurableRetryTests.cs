using Understudy.Functions.Durable;
using RetryPolicy = Understudy.Workflows.Durable.RetryPolicy;

namespace Understudy.Functions.Tests.Durable;

public class DurableRetryTests
{
    [Fact]
    public void From_OneAttempt_NeedsNoPolicy()
    {
        Assert.Null(DurableRetry.From(null));
        Assert.Null(DurableRetry.From(new RetryPolicy(1, TimeSpan.FromSeconds(1))));
    }

    [Fact]
    public void From_NoFirstDelay_IsTheShortestThatTheEngineTakes()
    {
        var policy = DurableRetry.From(new RetryPolicy(3, TimeSpan.Zero))!.Policy!;

        Assert.Equal(TimeSpan.FromMilliseconds(1), policy.FirstRetryInterval);
    }

    [Fact]
    public void From_BoundUnderTheFirstDelay_ShortensIt()
    {
        var policy = DurableRetry.From(new RetryPolicy(3, TimeSpan.FromSeconds(9), 2, TimeSpan.FromSeconds(4)))!.Policy!;

        Assert.Equal((TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4)), (policy.FirstRetryInterval, policy.MaxRetryInterval));
    }

    [Fact]
    public void From_NoBound_IsTheDayThatThePortPromises()
    {
        var port = new RetryPolicy(3, TimeSpan.FromHours(20), 2);

        Assert.Equal(port.DelayAfter(2), DurableRetry.From(port)!.Policy!.MaxRetryInterval);
    }
}
