using System.Collections.Concurrent;
using System.Text;
using Azure.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Understudy.Workflows;

namespace Understudy.Api.Tests.Telemetry;

/// <summary>Against a collector of the tests' own, which takes OTLP over HTTP.</summary>
[Collection(Listening)]
public sealed class TelemetryExportTests : IAsyncLifetime
{
    /// <summary>Tests that listen to spans, one after the other: a span is recorded for all listeners of the process as soon as one of them wants it.</summary>
    public const string Listening = "listening to spans";

    private readonly ConcurrentDictionary<string, string> _taken = [];
    private WebApplication _collector = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _collector = builder.Build();
        _collector.MapPost("/v1/{signal}", async (string signal, Microsoft.AspNetCore.Http.HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _taken[signal] = _taken.GetValueOrDefault(signal) + Encoding.Latin1.GetString(body.ToArray());
        });
        await _collector.StartAsync();
    }

    public async ValueTask DisposeAsync() => await _collector.DisposeAsync();

    [Fact]
    public async Task Otlp_EndpointIsSet_GetsSpansAndMetrics()
    {
        using var services = Build(("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Urls.First()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        foreach (var hosted in services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }

        WorkflowTelemetry.Finished("story", "story-1", null, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, null);
        services.GetRequiredService<TracerProvider>().ForceFlush();
        services.GetRequiredService<MeterProvider>().ForceFlush();

        Assert.Contains("workflow story", _taken["traces"], StringComparison.Ordinal);
        Assert.Contains("understudy-tests", _taken["traces"], StringComparison.Ordinal);
        Assert.Contains("understudy.workflow.duration", _taken["metrics"], StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_None_MakeNoSpans()
    {
        using var services = Build();

        Assert.Null(services.GetService<TracerProvider>());
        Assert.Null(services.GetService<MeterProvider>());
    }

    [Fact]
    public void ApplicationInsights_ConnectionIsSet_IsReachedByIdentity()
    {
        var asked = 0;
        using var services = Build(() => asked++, ("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://127.0.0.1:1/"));

        Assert.NotNull(services.GetService<TracerProvider>());
        Assert.True(asked > 0);
    }

    [Theory]
    [InlineData("", 100, 100)]
    [InlineData("microsoft.rate_limited", 0, 50)]
    public void ApplicationInsights_UnlessToldTo_SamplesNothing(string sampler, int least, int most)
    {
        using var services = Build(
            ("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://127.0.0.1:1/"),
            ("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", "2"));
        services.GetRequiredService<TracerProvider>();

        var recorded = Enumerable.Range(0, 100).Count(i =>
        {
            using var span = WorkflowTelemetry.StartActivity("story", $"story-{i}", null);
            return span?.Recorded == true;
        });

        Assert.InRange(recorded, least, most);
    }

    private static ServiceProvider Build(params (string Name, string Value)[] settings) => Build(() => { }, settings);

    private static ServiceProvider Build(Action asked, params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration).AddLogging();
        services.AddUnderstudyTelemetry(configuration, "understudy-tests", () =>
        {
            asked();
            return new DefaultAzureCredential();
        });
        return services.BuildServiceProvider();
    }
}
