using Azure.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using Understudy.Api.Batches;
using Understudy.Api.Budgets;
using Understudy.Api.Compression;
using Understudy.Api.Health;
using Understudy.Api.Infer;
using Understudy.Api.OpenAi;
using Understudy.Api.Operations;
using Understudy.Api.Quality;
using Understudy.Api.Quarantine;
using Understudy.Api.Quotas;
using Understudy.Api.Releases;
using Understudy.Api.Retraining;
using Understudy.Api.Rollouts;
using Understudy.Api.Tasks;
using Understudy.Hosting;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Pipelines;
using Understudy.Inference.PromptCompression;
using Understudy.Telemetry;
using Understudy.Workflows;

namespace Understudy.Api;

/// <summary>Puts the HTTP surface into a host.</summary>
public static class UnderstudyApi
{
    /// <summary>Adds the handlers and the workflows that they start; see <see cref="UnderstudyWorkflows.AddUnderstudyWorkflows"/> for what the host adds.</summary>
    public static IServiceCollection AddUnderstudyApi(this IServiceCollection services)
    {
        services.AddUnderstudyWorkflows();
        services.AddBrowserGuard();
        services.AddOptions<QuotaOptions>().BindConfiguration(QuotaOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<QuotaOptions>, QuotaOptionsValidation>();
        services.AddSingleton<TaskQuota>();
        services.AddSingleton<BatchUpload>();
        services.AddSingleton<TaskHandlers>();
        services.AddSingleton<InferHandlers>();
        services.AddSingleton<BatchHandlers>();
        services.AddSingleton<ReleaseHandlers>();
        services.AddSingleton<BudgetHandlers>();
        services.AddSingleton<QualityHandlers>();
        services.AddSingleton<RolloutHandlers>();
        services.AddSingleton<OperationHandlers>();
        services.AddSingleton<RetrainHandlers>();
        services.AddSingleton<QuarantineHandlers>();
        services.AddSingleton(provider => new PromptCompressor(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<CompressHandlers>();
        services.AddSingleton<OpenAiHandlers>();
        services.AddSingleton<HealthHandlers>();
        return services;
    }

    /// <summary>Sends traces and metrics of everything that the product does in this process where the settings say.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="configuration">Where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> may stand.</param>
    /// <param name="service">The name under which this process is seen.</param>
    /// <param name="credential">Signs in to Application Insights.</param>
    /// <param name="behind">Ties this process to one in front of it, which reports each request; null where nothing is in front.</param>
    public static IServiceCollection AddUnderstudyTelemetry(
        this IServiceCollection services, IConfiguration configuration, string service, Func<TokenCredential> credential, Action<IOpenTelemetryBuilder>? behind = null)
    {
        services.AddTelemetryExport(configuration, service, credential, behind, JointInference.TelemetryName, WorkflowTelemetry.Name);
        return services;
    }

    /// <summary>Keeps web pages away from a host that listens on loopback addresses only; the setting <c>Browsers:Origins</c> names those that may call.</summary>
    /// <exception cref="OptionsValidationException">The setting names something that is no origin.</exception>
    public static IApplicationBuilder UseUnderstudyBrowserGuard(this IApplicationBuilder app) => app.UseBrowserGuard();

    /// <summary>Maps every route of <see cref="ApiRoutes"/>, and says what there is under <c>/v1</c> where there is nothing else.</summary>
    public static IEndpointRouteBuilder MapUnderstudyApi(this IEndpointRouteBuilder endpoints)
    {
        foreach (var route in ApiRoutes.All)
        {
            endpoints.MapMethods(route.Pattern, [route.Method], async http =>
            {
                var result = await route.Handle(http);
                await result.ExecuteAsync(http);
            }).WithName(route.Name);
        }

        endpoints.MapFallback("v1/{**rest}", (HttpContext http) => TypedResults.Json(
            ErrorBody.UnknownUrl(http.Request.Method, http.Request.Path, "POST /v1/chat/completions, POST /v1/completions, POST /v1/compress and GET /v1/models"),
            OpenAiJson.Options,
            statusCode: StatusCodes.Status404NotFound));
        return endpoints;
    }
}
