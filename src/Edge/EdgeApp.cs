using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Understudy.Edge.Escalation;
using Understudy.Edge.Releases;
using Understudy.Edge.Reports;
using Understudy.Edge.Serving;
using Understudy.Edge.Updates;
using Understudy.Hosting;
using Understudy.Inference.Signing;

namespace Understudy.Edge;

/// <summary>Puts the agent together.</summary>
internal static class EdgeApp
{
    /// <exception cref="EdgeSettingsException">The data folder is another agent's, or another site's.</exception>
    public static WebApplication Build(EdgeSettings settings, IReadOnlyList<string> args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddEnvironmentVariables(EdgeSettings.EnvironmentPrefix).AddCommandLine([.. args]);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter(StartFailure.Log, LogLevel.Critical).AddFilter("System.Net.Http", LogLevel.Warning);
        builder.WebHost.UseUrls(settings.Url).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        var services = builder.Services;
        services.AddOptions<EdgeOptions>().BindConfiguration(EdgeOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<EdgeOptions>, EdgeOptionsValidation>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<EdgeOptions>>((kestrel, edge) => kestrel.Limits.MaxRequestBodySize = edge.Value.BodyBytes);
        services.AddSingleton(settings);
        services.AddSingleton(_ => DataFolder.Take(settings));
        services.AddSingleton(TimeProvider.System);
        services.AddBrowserGuard();
        services.AddSingleton(_ => ReleaseKeys.OfThisMachine());
        services.AddHttpClient(CloudClient.HttpName, client => client.Timeout = Timeout.InfiniteTimeSpan);
        AddUpdates(services, settings);
        services.AddSingleton<CloudClient>();
        services.AddSingleton<EscalationQueue>();
        services.AddSingleton<SiteInference>();
        services.AddHostedService<SiteWatch>();
        services.AddSingleton<EscalationPump>();
        services.AddHostedService(provider => provider.GetRequiredService<EscalationPump>());

        var app = builder.Build();
        app.Services.GetRequiredService<FileLock>(); // before anything else is touched; given back with the app, last of all
        app.UseBrowserGuard();
        app.MapEdge();
        return app;
    }

    private static void AddUpdates(IServiceCollection services, EdgeSettings settings)
    {
        services.AddSingleton(provider =>
        {
            var (edge, reports) = StorageClients.Create(provider.GetRequiredService<IOptions<EdgeOptions>>().Value);
            return new SiteStore(edge, reports, settings.Site);
        });
        services.AddSingleton(_ => new PackageShelf(settings.DataFolder));
        services.AddSingleton(_ => new SiteMemory(settings.DataFolder));
        services.AddSingleton<SiteReleases>();
        services.AddSingleton<TaskAccounts>();
        services.AddSingleton<PackageDelivery>();
        services.AddSingleton<ReleaseSwap>();
        services.AddSingleton<SiteUpdater>();
        services.AddSingleton<StatusReporter>();
        services.AddSingleton(provider => new UploadBudget(settings.DataFolder, provider.GetRequiredService<IOptions<EdgeOptions>>().Value.UploadBytesPerDay, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<HardExamples>();
    }
}
