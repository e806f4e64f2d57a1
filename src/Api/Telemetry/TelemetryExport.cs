using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Understudy.Telemetry;

/// <summary>Sends traces and metrics where the settings say, and nowhere without them. Compiled into the hosts and into the Verifier.</summary>
internal static class TelemetryExport
{
    /// <summary>The address of an OTLP collector; OpenTelemetry's other <c>OTEL_…</c> variables count too.</summary>
    private const string OtlpSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Application Insights, reached by identity.</summary>
    private const string AzureMonitorSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>Names the exporter's sampler, <c>microsoft.fixed_percentage</c> or <c>microsoft.rate_limited</c>, by the argument <c>OTEL_TRACES_SAMPLER_ARG</c>.</summary>
    private const string SamplerSetting = "OTEL_TRACES_SAMPLER";

    /// <param name="services">The host's.</param>
    /// <param name="configuration">Where the settings stand.</param>
    /// <param name="service">The name under which this process is seen.</param>
    /// <param name="credential">Signs in to Application Insights; asked for only where that is set.</param>
    /// <param name="behind">
    /// Ties this process to one in front of it that reports each request: it gets the builder, no second report of the request is made, and the log is
    /// sent from here. Null where nothing is in front.
    /// </param>
    /// <param name="names">Activity sources and meters of ours.</param>
    public static OpenTelemetryBuilder AddTelemetryExport(
        this IServiceCollection services, IConfiguration configuration, string service, Func<TokenCredential> credential, Action<IOpenTelemetryBuilder>? behind, params string[] names)
    {
        var otlp = configuration[OtlpSetting] is { Length: > 0 };
        var insights = configuration[AzureMonitorSetting] is { Length: > 0 } connection ? connection : null;
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(service));
        if (!otlp && insights is null)
        {
            return telemetry; // nobody listens, so that spans are not even made
        }

        if (behind is not null)
        {
            behind(telemetry);
            AddLog(telemetry, otlp, insights, credential);
        }

        return telemetry
            .WithTracing(tracing =>
            {
                tracing.AddSource([.. names, "System.Net.Http"]); // the latter is of calls by HTTP and gRPC
                _ = behind is null ? tracing.AddAspNetCoreInstrumentation() : tracing;
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
                metrics.AddMeter(names);
                _ = behind is null ? metrics.AddAspNetCoreInstrumentation() : metrics;
                _ = otlp ? metrics.AddOtlpExporter() : metrics;
                _ = insights is null ? metrics : metrics.AddAzureMonitorMetricExporter(options => Configure(options, insights, credential));
            });
    }

    /// <summary>Warnings and what is worse, of every trace, kept or not: alerts read them.</summary>
    private static void AddLog(OpenTelemetryBuilder telemetry, bool otlp, string? insights, Func<TokenCredential> credential)
    {
        telemetry.Services.AddLogging(logging => logging.AddFilter<OpenTelemetryLoggerProvider>(null, LogLevel.Warning));
        telemetry.WithLogging(
            logging =>
            {
                _ = otlp ? logging.AddOtlpExporter() : logging;
                _ = insights is null ? logging : logging.AddAzureMonitorLogExporter(options =>
                {
                    Configure(options, insights, credential);
                    options.EnableTraceBasedLogsSampler = false;
                });
            },
            options => options.IncludeFormattedMessage = true);
    }

    private static void Configure(AzureMonitorExporterOptions options, string connection, Func<TokenCredential> credential)
    {
        options.ConnectionString = connection;
        options.Credential = credential();
    }
}
