using Azure.Identity;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using Understudy.Hosting;
using Understudy.Telemetry;
using Understudy.Verifier.Generations;
using Understudy.Verifier.Grpc;
using Understudy.Verifier.Health;
using Understudy.Verifier.LanguageModels;
using Understudy.Verifier.OpenAi;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier;

/// <summary>Puts the service together.</summary>
internal static class VerifierApp
{
    public static WebApplication Build(VerifierSettings settings, IReadOnlyList<string> args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddEnvironmentVariables(VerifierSettings.EnvironmentPrefix).AddCommandLine([.. args]);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter(StartFailure.Log, LogLevel.Critical).AddFilter("Grpc", LogLevel.Warning);

        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<VerifierTelemetry>();
        services.AddBrowserGuard();
        AddOptions(services);
        AddListeners(builder, settings);
        AddScheduling(services);
        AddModels(services);
        AddApis(services, builder.Configuration);

        var app = builder.Build();
        app.Services.GetRequiredService<VerifierTelemetry>(); // its gauges exist from the start
        app.Use(next => http => app.Services.GetRequiredService<Drain>().CountAsync(http, next));
        app.UseBrowserGuard();
        app.MapHealth();
        app.MapOpenAi();
        app.MapGrpcService<VerifierService>();
        app.MapPrometheusScrapingEndpoint();
        return app;
    }

    private static void AddOptions(IServiceCollection services)
    {
        services.AddOptions<VerifierLimits>().BindConfiguration(VerifierLimits.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SchedulingOptions>().BindConfiguration(SchedulingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<DecoderSettings>().BindConfiguration(DecoderSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ServeOptions>().BindConfiguration(ServeOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ServeOptions>, ServeOptionsValidation>();
    }

    private static void AddListeners(WebApplicationBuilder builder, VerifierSettings settings)
    {
        var listeners = new Listeners();
        builder.Services.AddSingleton(listeners);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            listeners.Add(kestrel, settings);
        });
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<VerifierLimits>>((kestrel, limits) => kestrel.Limits.MaxRequestBodySize = limits.Value.BodyBytes);
        builder.Services.AddOptions<GrpcServiceOptions>().Configure<IOptions<VerifierLimits>>((grpc, limits) => grpc.MaxReceiveMessageSize = limits.Value.BodyBytes);
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<StatusInterceptor>());
    }

    private static void AddScheduling(IServiceCollection services)
    {
        services.AddSingleton<Drain>();
        services.AddSingleton<Admission>();
        services.AddSingleton<StepTurns>();
        services.AddSingleton<GenerationRunner>();
        services.AddHostedService<DrainOnStop>();
        services.AddOptions<HostOptions>().Configure<IOptions<SchedulingOptions>>((host, scheduling) =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(Math.Max(scheduling.Value.DrainSeconds, scheduling.Value.DrainDelaySeconds) + 10));
    }

    private static void AddModels(IServiceCollection services)
    {
        services.AddSingleton<ModelSources>();
        services.AddSingleton<ModelShelf>();
        services.AddHostedService<ModelLoading>();
    }

    private static void AddApis(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<CallReader>();
        services.AddSingleton<ChatReader>();
        services.AddSingleton<CompletionReader>();
        services.AddSingleton<CompletionHandler>();
        services.AddSingleton<VerifyStream>();
        services.AddTelemetryExport(configuration, "understudy-verifier", static () => new DefaultAzureCredential(), null, VerifierTelemetry.Name)
            .WithMetrics(metrics => metrics.AddMeter(VerifierTelemetry.Name).AddPrometheusExporter());
    }
}
