using Azure.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.Api;
using Understudy.Hosting;
using Understudy.Inference.Budgets;
using Understudy.Inference.Leads;
using Understudy.Inference.Lessons;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.LocalHost.Durable;
using Understudy.LocalHost.Events;
using Understudy.LocalHost.Retention;
using Understudy.LocalHost.Storage;
using Understudy.LocalHost.Training;
using Understudy.LocalHost.Triggers;
using Understudy.Training.Retraining;
using Understudy.Workflows;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Signing;

namespace Understudy.LocalHost;

/// <summary>Puts the product together on one machine.</summary>
internal static class LocalHostApp
{
    /// <param name="configure">Puts other services in the place of this host's.</param>
    public static WebApplication Build(LocalHostSettings settings, string storage, IReadOnlyList<string> args, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddEnvironmentVariables(LocalHostSettings.EnvironmentPrefix).AddCommandLine([.. args]);
        builder.WebHost.UseUrls(settings.Url).ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = null; // who reads a body counts it: Limits:BodyBytes may be more than the server's own limit
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter(StartFailure.Log, LogLevel.Critical).AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));

        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => AzuriteClients.Create(storage));
        services.AddSingleton(_ => new ReleaseCatalog(settings.ModelsFolder, keys: ReleaseKeys.OfThisMachine(address => new VaultSigner(address, new DefaultAzureCredential()))));
        services.AddSingleton<IReleaseSource>(provider => provider.GetRequiredService<ReleaseCatalog>());
        services.AddSingleton(provider => new LeadConnections(
            name => provider.GetRequiredService<IConfiguration>()[$"{LeadConnections.KeySection}:{name}"],
            new DefaultAzureCredential(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IBudgetLedger>()));
        services.AddSingleton<JointInference>();
        services.AddSingleton<IStudentTraining, StudentTraining>();
        services.AddSingleton<TrainingJob>();
        services.AddSingleton<ITrainer, InProcessTrainer>();
        services.AddUnderstudyApi();
        services.AddUnderstudyTelemetry(builder.Configuration, "understudy-localhost", static () => new DefaultAzureCredential());
        AddDurable(services, settings);
        AddEvents(services);
        AddTrigger(services);
        configure?.Invoke(services);

        var app = builder.Build();
        app.UseUnderstudyBrowserGuard();
        app.MapUnderstudyApi();
        app.MapPost(LocalTopic.Path, app.Services.GetRequiredService<TopicEndpoint>().PublishAsync);
        return app;
    }

    private static void AddDurable(IServiceCollection services, LocalHostSettings settings)
    {
        services.AddSingleton(new WorkflowRegistry(UnderstudyWorkflows.Version)
            .AddUnderstudy()
            .AddWorkflow<DeliverEventWorkflow, EventDelivery, int>(DeliverEventWorkflow.Name)
            .AddActivity<PostEventActivity, EventDelivery, int>(DeliverEventWorkflow.Post));
        services.AddEmbeddedDurable(options => options.DatabasePath = Path.Combine(settings.DataFolder, "workflows.db"));
        services.AddOptions<KeepOptions>()
            .BindConfiguration(KeepOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<FinishedRuns>();
        services.AddHostedService(provider => provider.GetRequiredService<FinishedRuns>());
    }

    private static void AddEvents(IServiceCollection services)
    {
        services.AddOptions<EventGridOptions>().BindConfiguration(EventGridOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EventGridOptions>, EventGridOptionsValidation>();
        services.AddSingleton<LocalTopic>();
        services.AddSingleton<TopicEndpoint>();
        services.AddSingleton<EventTopic>(provider => provider.GetRequiredService<LocalTopic>().PublisherAsync);
        services.AddSingleton<SubscriberTurns>();
        services.AddSingleton(_ => new HttpClient());
    }

    private static void AddTrigger(IServiceCollection services)
    {
        services.AddOptions<BatchTriggerOptions>()
            .BindConfiguration(BatchTriggerOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddHostedService<BlobTriggers>();
        services.AddOptions<LessonTriggerOptions>()
            .BindConfiguration(LessonTriggerOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddHostedService<LessonTrigger>();
    }
}
