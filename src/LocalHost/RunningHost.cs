using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Understudy.Hosting;
using Understudy.LocalHost.Durable;
using Understudy.LocalHost.Events;
using Understudy.LocalHost.Storage;
using Understudy.Workflows.Blobs;

namespace Understudy.LocalHost;

/// <summary>A host that serves: storage, engine, API, trigger and topic in one process.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly LocalHostSettings _settings;
    private readonly FileLock _lock;
    private readonly Azurite? _azurite;
    private bool _isStoppedByFailure;

    private RunningHost(LocalHostSettings settings, FileLock @lock, Azurite? azurite, string storage, WebApplication app, string url)
    {
        _settings = settings;
        _lock = @lock;
        _azurite = azurite;
        StorageConnection = storage;
        App = app;
        Url = url;
        app.Lifetime.ApplicationStopping.Register(() => _isStoppedByFailure = app.Services.GetServices<IHostedService>()
            .OfType<BackgroundService>().Any(service => service.ExecuteTask is { IsFaulted: true }));
    }

    /// <summary>The storage that this host has started.</summary>
    /// <exception cref="InvalidOperationException">It was given one.</exception>
    public Azurite Storage => _azurite ?? throw new InvalidOperationException("This host's storage is not its own.");

    /// <summary>How clients reach the storage.</summary>
    public string StorageConnection { get; }

    public WebApplication App { get; }

    /// <summary>Where the API listens, with the port that it got.</summary>
    public string Url { get; }

    /// <summary>True when it stopped because its engine failed, or another of its services; the log says why.</summary>
    public bool HasFailed => _isStoppedByFailure || App.Services.GetRequiredService<DurableEngine>().Completion.IsFaulted;

    /// <summary>Why its engine failed, where whoever runs the host can do something about it; otherwise null.</summary>
    public string? Problem => App.Services.GetRequiredService<DurableEngine>().Completion.Exception?.InnerException is DurableDatabaseException own ? own.Message : null;

    /// <param name="storage">The connection string of a storage account, in place of an Azurite of its own.</param>
    /// <exception cref="LocalHostSettingsException">Another host works on the data folder.</exception>
    /// <exception cref="StorageUnavailableException">Node.js or Azurite is missing or does not start.</exception>
    public static async Task<RunningHost> StartAsync(
        LocalHostSettings settings, IReadOnlyList<string> args, CancellationToken cancellationToken, Action<IServiceCollection>? configure = null, string? storage = null)
    {
        PrivateFolder.Create(settings.DataFolder);
        var held = Lock(settings.DataFolder);
        try
        {
            return await StartAsync(settings, held, args, configure, storage, cancellationToken);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public Task WaitForShutdownAsync() => App.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        HostTrace.Erase(_settings.DataFolder);
        await App.StopAsync();
        await App.DisposeAsync();
        await (_azurite?.DisposeAsync() ?? default);
        _lock.Dispose();
    }

    /// <summary>Taken before anything else is touched: what the folder's traces name is then left over from a host that is gone.</summary>
    private static FileLock Lock(string folder)
    {
        if (FileLock.TryTake(Path.Combine(folder, "host.lock")) is { } held)
        {
            HostTrace.Erase(folder);
            return held;
        }

        var who = HostTrace.Find(folder) is { } other ? $"the host at {other.Url}, process {other.ProcessId}" : "another host";
        throw new LocalHostSettingsException([$"--data: '{folder}' is in use by {who}. Stop it, or give this one a folder of its own."]);
    }

    private static async Task<RunningHost> StartAsync(
        LocalHostSettings settings, FileLock held, IReadOnlyList<string> args, Action<IServiceCollection>? configure, string? storage, CancellationToken cancellationToken)
    {
        var azurite = storage is null ? await StartStorageAsync(settings, cancellationToken) : null;
        var connection = storage ?? azurite!.ConnectionString;
        WebApplication? app = null;
        try
        {
            app = LocalHostApp.Build(settings, connection, args, configure);
            await BlobContainers.EnsureAsync(app.Services.GetRequiredService<BlobServiceClient>(), cancellationToken);
            await app.StartAsync(cancellationToken);
            var url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            app.Services.GetRequiredService<LocalTopic>().Open(url);
            new HostTrace(url, Environment.ProcessId, connection).Write(settings.DataFolder);
            return new(settings, held, azurite, connection, app, url);
        }
        catch
        {
            if (app is not null)
            {
                await StartFailure.EndAsync(app);
            }

            await (azurite?.DisposeAsync() ?? default);
            throw;
        }
    }

    private static async Task<Azurite> StartStorageAsync(LocalHostSettings settings, CancellationToken cancellationToken)
    {
        var options = AzuriteOptions.Find(
            Path.Combine(settings.DataFolder, "storage"), Environment.CurrentDirectory, AppContext.BaseDirectory);
        using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole());
        return await Azurite.StartAsync(options, loggers.CreateLogger<Azurite>(), cancellationToken);
    }
}
