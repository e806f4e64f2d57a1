using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.LocalHost.Storage;
using Understudy.Tests;
using Understudy.Workflows.Releases;

namespace Understudy.Workflows.Tests.Releases;

/// <summary>A storage account for each test, machines that share what is in it, and a deployment's models folder.</summary>
/// <param name="owns">Whether its Azurite is its own and can go away.</param>
public sealed class SharedStorage(bool owns = false) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<ReleaseCatalog> _catalogs = [];
    private Azurite? _azurite;

    public string Seed => _folder.At("seed");

    public string ConnectionString { get; private set; } = "";

    internal BlobContainerClient Container { get; private set; } = null!;

    internal TaggedContainer Calls { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _azurite = owns ? await Azurite.StartAsync(AzuriteOptions.Find(_folder.At("storage"), AppContext.BaseDirectory), NullLogger.Instance, TestContext.Current.CancellationToken) : null;
        ConnectionString = _azurite?.ConnectionString ?? await SharedAzurite.NewAccountAsync();
        var options = new BlobClientOptions { Retry = { MaxRetries = 0, NetworkTimeout = TimeSpan.FromSeconds(10) } };
        Container = new BlobServiceClient(ConnectionString, options).GetBlobContainerClient("releases");
        await Container.CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        await TestModels.WriteAsync(Seed);
        Calls = new(new BlobReleaseContainer(Container));
    }

    /// <summary>Another machine; one of the same name has the same folder.</summary>
    public ReleaseCatalog Machine(string name, bool withSeed = true, ReleaseKeys? keys = null)
    {
        var catalog = new ReleaseCatalog(FolderOf(name), keys: keys, container: Calls, seedFolder: withSeed ? Seed : null);
        _catalogs.Add(catalog);
        return catalog;
    }

    /// <summary>The version that a machine serves.</summary>
    internal static string Serving(ReleaseCatalog catalog, string? version = null)
    {
        using var lease = catalog.Acquire(TestModels.Task, version);
        return lease.Release.Manifest.Version;
    }

    public string FolderOf(string machine) => _folder.At("machines", machine);

    public Task GoAwayAsync() => _azurite!.PauseAsync();

    public Task ComeBackAsync() => _azurite!.ResumeAsync(TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<string>> NamesAsync()
    {
        List<string> names = [];
        await foreach (var blob in Container.GetBlobsAsync())
        {
            names.Add(blob.Name);
        }

        return names;
    }

    public async ValueTask DisposeAsync()
    {
        _catalogs.ForEach(catalog => catalog.Dispose());
        await (_azurite is null ? SharedAzurite.ClearAsync(ConnectionString) : _azurite.DisposeAsync().AsTask());
        _folder.Dispose();
    }
}
