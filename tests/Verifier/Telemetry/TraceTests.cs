using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Understudy.Verifier.Tests.Telemetry;

/// <summary>What the service does for a caller stands in the caller's trace.</summary>
public sealed class TraceTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    [Fact]
    public async Task Chat_CallerHasATrace_IsPartOfIt()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Understudy.Verifier" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent("""{"model":"tiny","messages":[{"role":"user","content":"the mat"}],"max_tokens":2}""", Encoding.UTF8, "application/json"),
            Headers = { { "traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01" } },
        };

        (await fixture.Verifier.Http.SendAsync(request, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        Activity? span;
        while ((span = spans.FirstOrDefault(found => found.Source.Name == "Understudy.Verifier" && found.TraceId.ToHexString() == trace)) is null)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal("tiny", span.GetTagItem("gen_ai.request.model"));
    }
}
