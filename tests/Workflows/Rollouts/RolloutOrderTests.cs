using Understudy.Tests;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Tests.Rollouts;

public sealed class RolloutOrderTests(TestHost host)
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly RolloutOrder _order = host.Service<RolloutOrder>();

    [Fact]
    public async Task IsLatest_AnEarlierRolloutComesBackLater_IsTold()
    {
        Assert.True(await IsLatestAsync("order", Noon));
        Assert.True(await IsLatestAsync("order", Noon)); // its next sites
        Assert.True(await IsLatestAsync("order", Noon.AddMinutes(30)));

        Assert.False(await IsLatestAsync("order", Noon));
        Assert.True(await IsLatestAsync("order", Noon.AddMinutes(30)));
        Assert.True(await IsLatestAsync("of-another-task", Noon));
    }

    [Fact]
    public async Task IsLatest_ManyAtOnce_TheLatestStands()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(minute => IsLatestAsync("race", Noon.AddMinutes(minute))));

        Assert.True(await IsLatestAsync("race", Noon.AddMinutes(19)));
        Assert.False(await IsLatestAsync("race", Noon.AddMinutes(18)));
    }

    private Task<bool> IsLatestAsync(string task, DateTimeOffset since) => _order.IsLatestAsync(task, since, TestContext.Current.CancellationToken);
}
