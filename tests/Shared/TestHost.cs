using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Tasks;
using Understudy.LocalHost;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Tests;

/// <summary>The whole local host on free ports and a folder of its own, with the small test task.</summary>
public class TestHost : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _args;
    private readonly LogNotes _log = new();
    private RunningHost? _host;
    private string? _storage;

    public TestHost()
        : this([])
    {
    }

    internal TestHost(params string[] args) => _args = args;

    /// <summary>What the task says besides; null for nothing.</summary>
    internal Func<TaskDefinition, TaskDefinition>? Define { get; init; }

    /// <summary>Whether the generation task is there too.</summary>
    internal bool WithCalls { get; init; }

    /// <summary>Writes further tasks into the models folder; null for none.</summary>
    internal Func<string, Task>? More { get; init; }

    /// <summary>Whether it starts a storage of its own, which can be stopped; otherwise it has an account of one that hosts share.</summary>
    internal bool OwnsStorage { get; init; }

    /// <summary>Puts other services in the place of the host's; null for none.</summary>
    internal Action<IServiceCollection>? Configure { get; init; }

    public HttpClient Http { get; private set; } = null!;

    /// <summary>What the host has logged, at the levels that it logs.</summary>
    internal IReadOnlyCollection<string> Log => _log.Lines;

    public BlobServiceClient Blobs => Service<BlobServiceClient>();

    public IWorkflowClient Workflows => Service<IWorkflowClient>();

    internal RunningHost Host => _host!;

    internal LocalHostSettings Settings => new("http://127.0.0.1:0", _folder.At("data"), _folder.At("models"));

    public T Service<T>()
        where T : notnull => _host!.App.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        await TestModels.WriteAsync(Settings.ModelsFolder, Define);
        await (WithCalls ? TestCalls.WriteAsync(Settings.ModelsFolder) : Task.CompletedTask);
        await (More?.Invoke(Settings.ModelsFolder) ?? Task.CompletedTask);
        _storage = OwnsStorage ? null : await SharedAzurite.NewAccountAsync();
        await StartAsync();
    }

    /// <summary>Starts on the folder as it is.</summary>
    public async Task StartAsync()
    {
        _host = await RunningHost.StartAsync(Settings, ["--BatchTrigger:PollMilliseconds=100", .. _args], TestContext.Current.CancellationToken, Configure, _storage);
        Service<ILoggerFactory>().AddProvider(_log);
        Http = new HttpClient { BaseAddress = new Uri(_host.Url) };
    }

    public async Task StopAsync()
    {
        Http.Dispose();
        await _host!.DisposeAsync();
        _host = null;
    }

    public BlobClient Blob(string container, string name) => Blobs.GetBlobContainerClient(container).GetBlobClient(name);

    /// <summary>Uploads a batch and returns its blob's ETag.</summary>
    public async Task<string> UploadBatchAsync(string name, string jsonl)
    {
        var uploaded = await Blob(BlobContainers.Batches, $"{TestModels.Task}/{name}.jsonl")
            .UploadAsync(new BinaryData(jsonl), overwrite: true, TestContext.Current.CancellationToken);
        return uploaded.Value.ETag.ToString();
    }

    public async Task<string> ReadBlobAsync(string container, string name) =>
        (await Blob(container, name).DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content.ToString();

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await StopAsync();
        }

        _folder.Dispose();
        await (_storage is null ? Task.CompletedTask : SharedAzurite.ClearAsync(_storage));
        GC.SuppressFinalize(this);
    }
}
