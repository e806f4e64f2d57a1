using Understudy.Edge.Escalation;
using Understudy.Edge.Tests.Escalation;
using Understudy.Inference.Tasks;
using Understudy.Tests;

namespace Understudy.Edge.Tests.Serving;

/// <summary>What a task says of its lessons holds at its sites, too.</summary>
public sealed class SiteLessonsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Infer_TaskKeepsNoLessons_NothingWaitsAndTheCloudHearsIt()
    {
        await using var host = await HostAsync(new(Keep: false));
        await using var fake = await FakeCloud.StartAsync();
        await using (var site = await ServingAsync(host))
        {
            Assert.True((await site.AskAsync("your refund")).GetProperty("receipt").GetProperty("degraded").GetBoolean());
            Assert.Equal((1, 0), (site.Status.Counts.Degraded, site.Status.Counts.Queued));
        }

        string? store = null;
        fake.Refuses = (request, _) => (store = request.Headers[CloudClient.StoreHeader].ToString()) is null ? 500 : null;
        await using var again = await ServingAsync(host, $"--Edge:CloudUrl={fake.Url}");
        await again.AskAsync("your refund");
        Assert.Equal("false", store);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Infer_TaskSaysWhetherToRedact_WhatWaitsKnowsIt(bool redact)
    {
        await using var host = await HostAsync(new(Redact: redact));
        await using var site = await ServingAsync(host);

        await site.AskAsync("your refund");

        Assert.Equal(redact, Assert.Single(site.Service<EscalationQueue>().Hardest(TestModels.Task)).Redact);
    }

    private static async Task<TestHost> HostAsync(LessonPolicy lessons)
    {
        var host = new TestHost { Define = task => task with { Lessons = lessons } };
        await host.InitializeAsync();
        await new Cloud(host).OfferAsync("site", TestModels.First);
        return host;
    }

    private async Task<TestSite> ServingAsync(TestHost host, params string[] args)
    {
        var site = await TestSite.StartAsync(_folder.At("site"), host.Host.StorageConnection, "site", ["--Edge:PollSeconds=3600", .. args]);
        await site.ServesAsync(TestModels.First);
        return site;
    }
}
