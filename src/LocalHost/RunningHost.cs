using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Understudy.LocalHost.Events;
using Understudy.LocalHost.Storage;
using Understudy.Workflows.Blobs;

namespace Understudy.LocalHost;

/// <summary>A host that serves: storage, engine, API, trigger and topic in one process.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly LocalHostSettings _settings;

    private RunningHost(LocalHostSettings settings, Azurite storage, WebApplication app, string url)
    {
        _settings = settings;
        Storage = storage;
        App = app;
        Url = url;
    }

    public Azurite Storage { get; }

    public WebApplication App { get; }

    /// <summary>Where the API listens, with the port that it got.</summary>
    public string Url { get; }

    /// <exception cref="StorageUnavailableException">Node.js or Azurite is missing or does not start.</exception>
    public static async Task<RunningHost> StartAsync(
        LocalHostSettings settings, IReadOnlyList<string> args, CancellationToken cancellationToken, Action<IServiceCollection>? configure = null)
    {
        Directory.CreateDirectory(settings.DataFolder);
        var options = AzuriteOptions.Find(
            Path.Combine(settings.DataFolder, "storage"), Environment.CurrentDirectory, AppContext.BaseDirectory);
        using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole());
        var storage = await Azurite.StartAsync(options, loggers.CreateLogger<Azurite>(), cancellationToken);
        WebApplication? app = null;
        try
        {
            app = LocalHostApp.Build(settings, storage.ConnectionString, args, configure);
            await BlobContainers.EnsureAsync(app.Services.GetRequiredService<BlobServiceClient>(), cancellationToken);
            await app.StartAsync(cancellationToken);
            var url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            app.Services.GetRequiredService<LocalTopic>().Open(url);
            new HostTrace(url, Environment.ProcessId, storage.ConnectionString).Write(settings.DataFolder);
            return new(settings, storage, app, url);
        }
        catch
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }

            await storage.DisposeAsync();
            throw;
        }
    }

    public Task WaitForShutdownAsync() => App.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        HostTrace.Erase(_settings.DataFolder);
        await App.StopAsync();
        await App.DisposeAsync();
        await Storage.DisposeAsync();
    }
}
