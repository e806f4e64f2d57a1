using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using Understudy.Tests;

namespace Understudy.Api.Tests.Telemetry;

/// <summary>One trace goes from the caller through the API, the workflow and its activities to the lead behind an endpoint.</summary>
[Collection(TelemetryExportTests.Listening)]
public sealed class OneTraceTests : IAsyncLifetime
{
    private FakeLead _lead = null!;
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _lead = await FakeLead.StartAsync();
        _host = new TestHost
        {
            // A lead that is in no hurry: what counts here is the way to it.
            Define = task => task with { Lead = new() { Protocol = "openai", Endpoint = _lead.Endpoint.ToString(), Model = "big", TimeoutSeconds = 60 } },
        };
        await _host.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _lead.DisposeAsync();
    }

    [Fact]
    public async Task DurableRequest_FromTheCallerToTheLead_IsOneTrace()
    {
        var (trace, spans) = await SendAsync(later: true);

        Assert.Contains(spans, span => span.OperationName == "workflow infer");
        Assert.Equal(
            ["activity infer-cascade", "activity infer-compress", "activity infer-stack", "activity infer-verify"],
            spans.Select(span => span.OperationName).Where(name => name.StartsWith("activity ", StringComparison.Ordinal)).Distinct().Order());
        Assert.Contains(_lead.Traces, context => context.Split('-')[1] == trace);
    }

    [Fact]
    public async Task DirectRequest_FromTheCallerToTheLead_IsOneTrace()
    {
        var (trace, spans) = await SendAsync(later: false);

        Assert.Contains(spans, span => span is { Source.Name: "Understudy.Inference", DisplayName: "classify" });
        Assert.Contains(_lead.Traces, context => context.Split('-')[1] == trace);
    }

    private async Task<(string Trace, IReadOnlyCollection<Activity> Spans)> SendAsync(bool later)
    {
        var (trace, caller) = (ActivityTraceId.CreateRandom().ToHexString(), ActivitySpanId.CreateRandom().ToHexString());
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Understudy.Inference" or "Understudy.Workflows" or "Microsoft.AspNetCore" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId.ToHexString() == trace)
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks/mail/infer")
        {
            // The student knows none of it, so the lead is asked.
            Content = JsonContent.Create(new { input = $"a refund, please {trace}" }),
            Headers = { { "traceparent", $"00-{trace}-{caller}-01" } },
        };
        if (later)
        {
            request.Headers.Add("Prefer", "respond-async");
        }

        var response = await _host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        if (later)
        {
            await _host.Workflows.WaitAsync(response.Headers.Location!.OriginalString.Split('/')[^1], TestContext.Current.CancellationToken);
        }

        // The server's span ends after the answer has been sent.
        await Eventually.TrueAsync(() => Task.FromResult(spans.Any(span => span.ParentSpanId.ToHexString() == caller)), "the server's span ends");

        return (trace, spans);
    }
}
