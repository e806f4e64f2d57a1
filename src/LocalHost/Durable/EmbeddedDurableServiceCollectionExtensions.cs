using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>Adds the embedded durable engine.</summary>
public static class EmbeddedDurableServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IWorkflowClient"/> and a hosted service that runs the workflows and activities of the
    /// <see cref="WorkflowRegistry"/>, which the caller adds as a singleton.
    /// </summary>
    public static IServiceCollection AddEmbeddedDurable(this IServiceCollection services, Action<EmbeddedDurableOptions>? configure = null)
    {
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<EmbeddedDurableOptions>, EmbeddedDurableOptionsValidation>();
        services.AddOptions<EmbeddedDurableOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.AddSingleton<DurableEngine>();
        services.AddSingleton<IWorkflowClient, EmbeddedWorkflowClient>();
        services.AddHostedService<EmbeddedDurableService>();
        return services;
    }
}
