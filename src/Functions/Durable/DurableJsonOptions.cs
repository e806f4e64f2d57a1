using System.Text.Json;
using Microsoft.Extensions.Options;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Durable;

/// <summary>Makes the worker write inputs, outputs and events exactly as every other engine does.</summary>
/// <remarks>The worker builds its serialiser, and the durable extension its data converter, from these options.</remarks>
internal sealed class DurableJsonOptions : IConfigureOptions<JsonSerializerOptions>
{
    public void Configure(JsonSerializerOptions options)
    {
        var source = DurableJson.Options;
        options.PropertyNamingPolicy = source.PropertyNamingPolicy;
        options.PropertyNameCaseInsensitive = source.PropertyNameCaseInsensitive;
        options.NumberHandling = source.NumberHandling;
        options.DefaultIgnoreCondition = source.DefaultIgnoreCondition;
        foreach (var converter in source.Converters)
        {
            options.Converters.Add(converter);
        }
    }
}
