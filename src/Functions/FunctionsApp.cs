using System.Text.Json;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Understudy.Api;
using Understudy.Functions.Conformance;
using Understudy.Functions.Durable;
using Understudy.Functions.Events;
using Understudy.Functions.Http;
using Understudy.Functions.Storage;
using Understudy.Inference.Budgets;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Releases.Sharing;
using Understudy.Inference.Signing;
using Understudy.Workflows;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;
using Understudy.Workflows.Releases;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Retraining.Jobs;
using Understudy.Workflows.Signing;

namespace Understudy.Functions;

/// <summary>Puts the product together in Azure. Nothing here does I/O: clients connect and models load when they are first used.</summary>
internal static class FunctionsApp
{
    /// <summary>The folder with the tasks and releases that the deployment brings along; <c>models</c> beside the app unless this setting says otherwise.</summary>
    private const string ModelsSetting = "UNDERSTUDY_MODELS";

    public static IServiceCollection AddUnderstudyFunctions(this IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<TokenCredential>(_ => new DefaultAzureCredential());
        AddStorage(services);
        AddEvents(services);
        AddDurable(services);
        AddReleases(services);
        services.AddSingleton(provider => new LeadConnections(
            name => provider.GetRequiredService<IConfiguration>()[$"{LeadConnections.KeySection}:{name}"],
            provider.GetRequiredService<TokenCredential>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IBudgetLedger>()));
        services.AddSingleton<JointInference>();
        AddTrainer(services);
        services.AddUnderstudyApi();
        services.Configure<KestrelServerOptions>(options => options.Limits.MaxRequestBodySize = null); // who reads a body counts it: Limits:BodyBytes may be more
        services.AddSingleton<RouteRunner>();
        return services;
    }

    /// <summary>The host reports each request, and the worker what happens beneath it; the host then leaves the worker's log to the worker.</summary>
    public static IServiceCollection AddWorkerTelemetry(this IServiceCollection services, IConfiguration configuration)
        => services.AddUnderstudyTelemetry(configuration, "understudy", static () => new DefaultAzureCredential(), static telemetry => telemetry.UseFunctionsWorkerDefaults());

    private static void AddStorage(IServiceCollection services)
    {
        services.AddOptions<StorageOptions>()
            .Configure<IConfiguration>((options, configuration) => options.ReadFrom(configuration))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidation>();
        services.AddSingleton(provider => StorageClients.Create(
            provider.GetRequiredService<IOptions<StorageOptions>>().Value, provider.GetRequiredService<TokenCredential>()));
    }

    /// <summary>Instances share releases in blobs; what the deployment brings along goes there where it is missing, and each has a copy in its temporary folder.</summary>
    private static void AddReleases(IServiceCollection services)
    {
        services.AddOptions<SharedReleaseOptions>().BindConfiguration(SharedReleaseOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IReleaseContainer>(provider =>
            new BlobReleaseContainer(provider.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(BlobContainers.Releases)));
        services.AddSingleton(provider => new ReleaseCatalog(
            Path.Combine(Path.GetTempPath(), "understudy-releases", provider.GetRequiredService<BlobServiceClient>().AccountName),
            keys: Keys(provider),
            container: provider.GetRequiredService<IReleaseContainer>(),
            seedFolder: ModelsFolder(provider.GetRequiredService<IConfiguration>())));
        services.AddSingleton<IReleaseSource>(provider => provider.GetRequiredService<ReleaseCatalog>());
        services.AddHostedService<ReleaseWatch>();
    }

    private static void AddTrainer(IServiceCollection services)
    {
        services.AddOptions<TrainerOptions>().BindConfiguration(TrainerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ContainerJobTrainer>();
        services.AddSingleton<ITrainer>(provider => provider.GetRequiredService<IOptions<TrainerOptions>>().Value.Job.Length > 0
            ? provider.GetRequiredService<ContainerJobTrainer>()
            : new NoTrainer());
    }

    private static void AddEvents(IServiceCollection services)
    {
        services.AddOptions<TopicOptions>().BindConfiguration(TopicOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TopicOptions>, TopicOptionsValidation>();
        services.AddSingleton<TopicPublisher>();
        services.AddSingleton<EventTopic>(provider => provider.GetRequiredService<TopicPublisher>().GetAsync);
    }

    private static void AddDurable(IServiceCollection services)
    {
        services.AddSingleton<IConfigureOptions<JsonSerializerOptions>, DurableJsonOptions>();
        services.AddSingleton<ConformanceGroup>();
        services.AddSingleton(provider => provider.GetRequiredService<ConformanceGroup>().AddTo(new WorkflowRegistry(UnderstudyWorkflows.Version).AddUnderstudy()));
        services.AddScoped<WorkflowRunner>();
        services.AddSingleton<BoundWorkflowClient>();
        services.AddSingleton<IWorkflowClient>(provider => provider.GetRequiredService<BoundWorkflowClient>());
    }

    private static ReleaseKeys Keys(IServiceProvider provider)
    {
        var configuration = provider.GetRequiredService<IConfiguration>();
        return ReleaseKeys.From(
            configuration[ReleaseKeys.TrustVariable],
            configuration[ReleaseKeys.SigningKeyVariable],
            address => new VaultSigner(address, provider.GetRequiredService<TokenCredential>()));
    }

    private static string ModelsFolder(IConfiguration configuration)
        => configuration[ModelsSetting] is { Length: > 0 } folder ? folder : Path.Combine(AppContext.BaseDirectory, "models");
}
