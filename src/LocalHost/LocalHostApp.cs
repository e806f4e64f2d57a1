using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.Api;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.LocalHost.Durable;
using Understudy.LocalHost.Events;
using Understudy.LocalHost.Storage;
using Understudy.LocalHost.Triggers;
using Understudy.Workflows;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;

namespace Understudy.LocalHost;

/// <summary>Puts the product together on one machine.</summary>
internal static class LocalHostApp
{
    public static WebApplication Build(LocalHostSettings settings, string storage, IReadOnlyList<string> args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddEnvironmentVariables(LocalHostSettings.EnvironmentPrefix).AddCommandLine([.. args]);
        builder.WebHost.UseUrls(settings.Url).ConfigureKestrel(options => options.AddServerHeader = false);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));

        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => AzuriteClients.Create(storage));
        services.AddSingleton(_ => new ReleaseCatalog(settings.ModelsFolder));
        services.AddSingleton<IReleaseSource>(provider => provider.GetRequiredService<ReleaseCatalog>());
        services.AddSingleton(provider => new LeadConnections(
            name => provider.GetRequiredService<IConfiguration>()[$"{LeadConnections.KeySection}:{name}"], new DefaultAzureCredential()));
        services.AddSingleton<JointInference>();
        services.AddUnderstudyApi();
        AddDurable(services, settings);
        AddEvents(services);
        AddTrigger(services, settings);

        var app = builder.Build();
        app.MapUnderstudyApi();
        app.MapPost(LocalTopic.Path, app.Services.GetRequiredService<TopicEndpoint>().PublishAsync);
        return app;
    }

    private static void AddDurable(IServiceCollection services, LocalHostSettings settings)
    {
        services.AddSingleton(new WorkflowRegistry()
            .AddUnderstudy()
            .AddWorkflow<DeliverEventWorkflow, EventDelivery, int>(DeliverEventWorkflow.Name)
            .AddActivity<PostEventActivity, EventDelivery, int>(DeliverEventWorkflow.Post));
        services.AddEmbeddedDurable(options => options.DatabasePath = Path.Combine(settings.DataFolder, "workflows.db"));
    }

    private static void AddEvents(IServiceCollection services)
    {
        services.AddOptions<EventGridOptions>().BindConfiguration(EventGridOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EventGridOptions>, EventGridOptionsValidation>();
        services.AddSingleton<LocalTopic>();
        services.AddSingleton<TopicEndpoint>();
        services.AddSingleton<EventTopic>(provider => provider.GetRequiredService<LocalTopic>().PublisherAsync);
        services.AddSingleton(_ => new HttpClient { Timeout = TimeSpan.FromSeconds(30) });
    }

    private static void AddTrigger(IServiceCollection services, LocalHostSettings settings)
    {
        services.AddOptions<BatchTriggerOptions>()
            .BindConfiguration(BatchTriggerOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton(_ => new Watermark(Path.Combine(settings.DataFolder, "batch-trigger.json")));
        services.AddHostedService<BatchBlobTrigger>();
    }
}
