using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Understudy.Telemetry;

/// <summary>Sends traces and metrics where the settings say, and nowhere without them. Compiled into the hosts and into the Verifier.</summary>
internal static class TelemetryExport
{
    /// <summary>The address of an OTLP collector; OpenTelemetry's other <c>OTEL_…</c> variables count too.</summary>
    public const string OtlpSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Application Insights, reached by identity.</summary>
    public const string AzureMonitorSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>Names the exporter's sampler, <c>microsoft.fixed_percentage</c> or <c>microsoft.rate_limited</c>, by the argument <c>OTEL_TRACES_SAMPLER_ARG</c>.</summary>
    private const string SamplerSetting = "OTEL_TRACES_SAMPLER";

    /// <param name="services">The host's.</param>
    /// <param name="configuration">Where the settings stand.</param>
    /// <param name="service">The name under which this process is seen.</param>
    /// <param name="credential">Signs in to Application Insights; asked for only where that is set.</param>
    /// <param name="names">Activity sources and meters of ours.</param>
    public static OpenTelemetryBuilder AddTelemetryExport(
        this IServiceCollection services, IConfiguration configuration, string service, Func<TokenCredential> credential, params string[] names)
    {
        var otlp = configuration[OtlpSetting] is { Length: > 0 };
        var insights = configuration[AzureMonitorSetting] is { Length: > 0 } connection ? connection : null;
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(service));
        if (!otlp && insights is null)
        {
            return telemetry; // nobody listens, so that spans are not even made
        }

        return telemetry
            .WithTracing(tracing =>
            {
                // The worker's source is of an invocation of a function, the second one of calls by HTTP and gRPC.
                tracing.AddSource([.. names, "System.Net.Http", "Microsoft.Azure.Functions.Worker"]).AddAspNetCoreInstrumentation();
                _ = otlp ? tracing.AddOtlpExporter() : tracing;
                _ = insights is null ? tracing : tracing.AddAzureMonitorTraceExporter(options =>
                {
                    Configure(options, insights, credential);
                    if (configuration[SamplerSetting] is not { Length: > 0 })
                    {
                        // By itself the exporter takes five traces a second, and those of failures no sooner than others.
                        options.TracesPerSecond = null;
                        options.SamplingRatio = 1;
                    }
                });
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(names).AddAspNetCoreInstrumentation();
                _ = otlp ? metrics.AddOtlpExporter() : metrics;
                _ = insights is null ? metrics : metrics.AddAzureMonitorMetricExporter(options => Configure(options, insights, credential));
            });
    }

    private static void Configure(AzureMonitorExporterOptions options, string connection, Func<TokenCredential> credential)
    {
        options.ConnectionString = connection;
        options.Credential = credential();
    }
}
