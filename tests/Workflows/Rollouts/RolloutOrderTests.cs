using Microsoft.Extensions.Time.Testing;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
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

    [Fact]
    public async Task IsOnTrial_FromTheFirstRolloutToTheFirstThatEndsWell()
    {
        Assert.False(await IsOnTrialAsync("a"));
        await IsLatestAsync("trial", Noon, "a");
        await IsLatestAsync("trial", Noon.AddMinutes(1), "b");
        Assert.True(await IsOnTrialAsync("a"));

        Assert.False(await EndAsync(Noon, "a")); // the rollout of b is the later one
        Assert.True(await IsOnTrialAsync("a"));
        await IsLatestAsync("trial", Noon.AddMinutes(2), "a");
        Assert.True(await EndAsync(Noon.AddMinutes(2), "a"));
        await IsLatestAsync("trial", Noon.AddMinutes(3), "a");

        Assert.False(await IsOnTrialAsync("a"));
        Assert.True(await IsOnTrialAsync("b"));
    }

    [Fact]
    public async Task Begin_SendsNothing_EndsEarlierOnesAndPutsNothingOnTrial()
    {
        await IsLatestAsync("begin", Noon);
        Assert.Equal(Noon.AddMinutes(1), await BeginAsync(_order, "begin", "later", Noon.AddMinutes(1), "b"));
        Assert.Equal(Noon, await BeginAsync(_order, "begin", "earlier", Noon, "a"));

        Assert.False(await IsLatestAsync("begin", Noon));
        Assert.False(await _order.IsOnTrialAsync("begin", "b", TestContext.Current.CancellationToken));
        Assert.True(await IsLatestAsync("begin", Noon.AddMinutes(1), "b"));
        Assert.True(await _order.IsOnTrialAsync("begin", "b", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Begin_ClockWasSetBack_ComesNextAndKeepsItsNumberWhenItBeginsAgain()
    {
        await BeginAsync(_order, "set-back", "before", Noon, "a");
        Assert.True(await IsLatestAsync("set-back", Noon));
        var back = new RolloutOrder(host.Blobs, new FakeTimeProvider(Noon.AddHours(-2)));

        var number = await BeginAsync(back, "set-back", "after", Noon.AddHours(-2), "b");
        Assert.Equal(number, await BeginAsync(back, "set-back", "after", Noon.AddHours(-2), "b"));

        Assert.True(number > Noon);
        Assert.False(await IsLatestAsync("set-back", Noon));
        Assert.True(await IsLatestAsync("set-back", number, "b"));
        Assert.Equal(number, await BeginAsync(back, "set-back", "after", Noon.AddHours(-2), "b"));
        Assert.True(await BeginAsync(new(host.Blobs, new FakeTimeProvider(Noon.AddHours(-1))), "set-back", "last", Noon.AddHours(-1), "c") > number);
        Assert.False(await IsLatestAsync("set-back", number, "b"));
    }

    [Fact]
    public async Task Begin_AnotherBeganInTheFutureByLessThanClocksAreApart_IsTheEarlierOne()
    {
        await BeginAsync(_order, "apart", "later", Noon.AddSeconds(2), "b");
        var behind = new RolloutOrder(host.Blobs, new FakeTimeProvider(Noon));

        Assert.Equal(Noon.AddSeconds(-10), await BeginAsync(behind, "apart", "earlier", Noon.AddSeconds(-10), "a"));

        Assert.False(await IsLatestAsync("apart", Noon.AddSeconds(-10)));
        Assert.True(await IsLatestAsync("apart", Noon.AddSeconds(2), "b"));
    }

    [Fact]
    public async Task Begin_ClockWasSetBackAndALaterOneBegan_TheEarlierOneThatBeginsAgainStaysEarlier()
    {
        await BeginAsync(_order, "again", "before", Noon, "x");
        var back = new RolloutOrder(host.Blobs, new FakeTimeProvider(Noon.AddHours(-2)));
        var first = await BeginAsync(back, "again", "a", Noon.AddHours(-2), "a");
        var second = await BeginAsync(back, "again", "b", Noon.AddHours(-2).AddMinutes(1), "b");
        Assert.True(Noon < first && first < second);

        Assert.True(await BeginAsync(back, "again", "a", Noon.AddHours(-2), "a") < second);

        Assert.False(await IsLatestAsync("again", first));
        Assert.True(await IsLatestAsync("again", second, "b"));
    }

    [Fact]
    public async Task Begin_ClockWasSetBackSince_OneFromBeforeThatBeginsAgainStaysEarlier()
    {
        await BeginAsync(_order, "since", "x", Noon, "x");
        await BeginAsync(_order, "since", "y", Noon.AddMinutes(5), "y");
        var back = new RolloutOrder(host.Blobs, new FakeTimeProvider(Noon.AddHours(-2)));

        Assert.Equal(Noon, await BeginAsync(back, "since", "x", Noon, "x"));

        Assert.True(await IsLatestAsync("since", Noon.AddMinutes(5), "y"));
    }

    [Fact]
    public async Task SentLead_IsOfTheLastThatHadTheChoice()
    {
        Assert.False(await _order.SentLeadAsync("lead", TestContext.Current.CancellationToken));
        await BeginAsync(_order, "lead", "1", Noon, "a", withLead: true);
        await BeginAsync(_order, "lead", "2", Noon.AddMinutes(1), "b");
        await IsLatestAsync("lead", Noon.AddMinutes(1), "b");
        Assert.True(await _order.SentLeadAsync("lead", TestContext.Current.CancellationToken));

        await BeginAsync(_order, "lead", "3", Noon.AddMinutes(2), "c", withLead: false);

        Assert.False(await _order.SentLeadAsync("lead", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task IsLatest_BlobOfBeforePackagesWereNoted_IsRead()
    {
        await host.Blob(BlobContainers.Work, "rollouts/old.json").UploadAsync(BinaryData.FromObjectAsJson(Noon, DurableJson.Options), TestContext.Current.CancellationToken);

        Assert.False(await IsLatestAsync("old", Noon.AddMinutes(-1)));
        Assert.True(await IsLatestAsync("old", Noon));
    }

    private static Task<DateTimeOffset> BeginAsync(RolloutOrder order, string task, string run, DateTimeOffset since, string package, bool? withLead = null) =>
        order.BeginAsync(task, run, since, package, withLead, TestContext.Current.CancellationToken);

    private Task<bool> IsLatestAsync(string task, DateTimeOffset since, string package = "a") => _order.IsLatestAsync(task, since, package, TestContext.Current.CancellationToken);

    private Task<bool> EndAsync(DateTimeOffset since, string package) => _order.EndAsync("trial", since, package, TestContext.Current.CancellationToken);

    private Task<bool> IsOnTrialAsync(string package) => _order.IsOnTrialAsync("trial", package, TestContext.Current.CancellationToken);
}
