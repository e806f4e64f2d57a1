using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Api.Batches;
using Understudy.Api.Compression;
using Understudy.Api.Health;
using Understudy.Api.Infer;
using Understudy.Api.OpenAi;
using Understudy.Api.Operations;
using Understudy.Api.Releases;
using Understudy.Api.Rollouts;
using Understudy.Api.Tasks;
using Understudy.Inference.PromptCompression;
using Understudy.Workflows;

namespace Understudy.Api;

/// <summary>Puts the HTTP surface into a host.</summary>
public static class UnderstudyApi
{
    /// <summary>Adds the handlers and the workflows that they start; see <see cref="UnderstudyWorkflows.AddUnderstudyWorkflows"/> for what the host adds.</summary>
    public static IServiceCollection AddUnderstudyApi(this IServiceCollection services)
    {
        services.AddUnderstudyWorkflows();
        services.AddSingleton<BatchUpload>();
        services.AddSingleton<TaskHandlers>();
        services.AddSingleton<InferHandlers>();
        services.AddSingleton<BatchHandlers>();
        services.AddSingleton<ReleaseHandlers>();
        services.AddSingleton<RolloutHandlers>();
        services.AddSingleton<OperationHandlers>();
        services.AddSingleton(provider => new PromptCompressor(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<CompressHandlers>();
        services.AddSingleton<OpenAiHandlers>();
        services.AddSingleton<HealthHandlers>();
        return services;
    }

    /// <summary>Maps every route of <see cref="ApiRoutes"/>.</summary>
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

        return endpoints;
    }
}
