using Microsoft.Extensions.Options;
using Understudy.Edge.Escalation;
using Understudy.Edge.Releases;
using Understudy.Edge.Reports;
using Understudy.Edge.Updates;
using Understudy.Tests;

namespace Understudy.Edge.Tests.Reports;

public sealed class StatusReporterTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private FakeStorage _storage = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _storage = await FakeStorage.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Report_ClockIsSetBack_GoesOnReporting()
    {
        await using var site = TestSite.Build(_folder.At("site"), _storage.ConnectionString, "site", "--Edge:ReportSeconds=300");
        var (memory, time) = (site.Service<SiteMemory>(), new SetClock());
        memory[TestModels.Task] = new();
        var reporter = new StatusReporter(
            new("site", "", _folder.At("site")), site.Service<IOptions<EdgeOptions>>(), site.Service<SiteStore>(), memory, site.Service<PackageShelf>(), site.Service<TaskAccounts>(), site.Service<EscalationQueue>(), time);
        await ReportedAsync();
        time.SetBack(TimeSpan.FromDays(3));

        Assert.Equal(0, await ReportedAsync());
        time.Pass(TimeSpan.FromSeconds(300));
        Assert.Equal(1, await ReportedAsync()); // its task
        time.Pass(TimeSpan.FromDays(1));
        Assert.Equal(2, await ReportedAsync()); // and itself

        async Task<long> ReportedAsync()
        {
            var before = site.Service<SiteStore>().Writes;
            await reporter.IntroduceAsync(Cancelled);
            await reporter.ReportAsync(Cancelled);
            return site.Service<SiteStore>().Writes - before;
        }
    }
}
