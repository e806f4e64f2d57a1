using Understudy.Edge.Releases;
using Understudy.Inference.Tasks;
using Understudy.Tests;

namespace Understudy.Edge.Tests;

/// <summary>A site of its own for each test, in the cloud that they share.</summary>
public abstract class EdgeTest(CloudFixture cloud) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected TestHost Host => cloud.Host;

    /// <summary>The site's name.</summary>
    protected string Name { get; } = $"site-{Guid.NewGuid():N}"[..20];

    private protected Cloud Cloud => new(Host);

    protected string Storage => Host.Host.StorageConnection;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected string Data => _folder.At(Name);

    private protected TestSite Site(params string[] args) => TestSite.Build(Data, Storage, Name, args);

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>No release of the task answers at the site.</summary>
    private protected static void AssertNothingServes(TestSite site)
    {
        Assert.Throws<TaskNotFoundException>(() => site.Service<SiteReleases>().Acquire(TestModels.Task));
        Assert.Null(site.Status.Version);
    }

    private protected static void AssertServes(TestSite site, string version)
    {
        using var lease = site.Service<SiteReleases>().Acquire(TestModels.Task);
        Assert.Equal(version, lease.Release.Manifest.Version);
        Assert.Equal(version, site.Status.Version);
    }
}
