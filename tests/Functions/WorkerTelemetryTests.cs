using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;

namespace Understudy.Functions.Tests;

/// <summary>The host in front reports each request; what the worker added to that would be counted twice.</summary>
public sealed class WorkerTelemetryTests
{
    private const string Insights = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string Connection = "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://127.0.0.1:1/";

    [Theory]
    [InlineData("Microsoft.AspNetCore", false)] // a span of its own for the request that the host has handed on
    [InlineData("Microsoft.Azure.Functions.Worker", true)] // the invocation, which has the host's request as its parent
    [InlineData("System.Net.Http", true)]
    [InlineData("Understudy.Workflows", true)]
    public void Spans_OfTheWorker_AreOfWhatIsBeneathTheRequest(string name, bool made)
    {
        using var services = Build((Insights, Connection));
        services.GetRequiredService<TracerProvider>();
        using var source = new ActivitySource(name);

        using var span = source.StartActivity("probe", ActivityKind.Internal);

        Assert.Equal(made, span is not null);
    }

    [Fact]
    public void Log_IsSentFromTheWorker_FromWarningsUp()
    {
        using var services = Build((Insights, Connection));

        Assert.NotNull(services.GetService<LoggerProvider>());
        var sent = new List<string?>();
        services.GetRequiredService<LoggerProvider>().AddProcessor(new Sent(sent));
        var logger = services.GetRequiredService<ILogger<WorkerTelemetryTests>>();
        logger.LogInformation("Blob {Blob} is operation {Operation}.", "a", "b");
        logger.LogError("Quarantined blob {Blob}", "batches/a");

        Assert.Equal(["Quarantined blob batches/a"], sent);
    }

    [Fact]
    public void Settings_None_LeaveTheLogToTheHost()
    {
        using var services = Build();

        Assert.Null(services.GetService<LoggerProvider>());
        Assert.Null(services.GetService<TracerProvider>());
    }

    private static ServiceProvider Build(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddWorkerTelemetry(configuration).BuildServiceProvider();
    }

    private sealed class Sent(List<string?> messages) : OpenTelemetry.BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data) => messages.Add(data.FormattedMessage);
    }
}
