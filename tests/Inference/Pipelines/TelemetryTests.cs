using System.Diagnostics;
using System.Diagnostics.Metrics;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tests.Releases;

namespace Understudy.Inference.Tests.Pipelines;

public sealed class TelemetryTests : IDisposable
{
    private readonly ModelsFolder _models = new();
    private readonly ReleaseCatalog _catalog;

    public TelemetryTests()
    {
        // A version of its own tells this test's measurements from those of tests beside it.
        _models.WriteRelease("telemetry");
        _catalog = new(_models.Root);
    }

    [Fact]
    public async Task InferAsync_Any_CountsAnswersByTierAndDeferrals()
    {
        var counted = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Understudy.Inference")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Count(instrument, instrument.Name.StartsWith("understudy.cost", StringComparison.Ordinal) ? value : 1, tags));
        listener.Start();
        await InferAsync();
        Assert.Equal(1, counted["gen_ai.server.request.duration/"]);
        Assert.Equal(2, counted["understudy.answers/small"]);
        Assert.Equal(1, counted["understudy.answers/lead"]);
        Assert.Equal(1, counted["understudy.deferrals/small"]);
        Assert.Equal(1, counted["understudy.deferrals/medium"]);
        Assert.Equal(1, counted["understudy.agreement/medium"]);
        Assert.True(counted["understudy.cost/"] > 0);
        Assert.True(counted["understudy.cost.lead_alone/"] > 0);

        void Count(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var byName = tags.ToArray().ToDictionary(t => t.Key, t => t.Value);
            if (byName.GetValueOrDefault("gen_ai.response.model") is "telemetry")
            {
                var key = $"{instrument.Name}/{byName.GetValueOrDefault("understudy.tier")}";
                lock (counted)
                {
                    counted[key] = counted.GetValueOrDefault(key) + value;
                }
            }
        }
    }

    [Fact]
    public async Task InferAsync_Any_LeavesASpan()
    {
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Understudy.Inference",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await InferAsync();
        var span = Assert.Single(spans, s => s.GetTagItem("gen_ai.response.model") is "telemetry");
        Assert.Equal((3, 1), (span.GetTagItem("understudy.inputs"), span.GetTagItem("understudy.deferred")));
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _models.Dispose();
    }

    private Task InferAsync() => new JointInference(_catalog).InferAsync(
        ModelsFolder.Task, [new("1", "ham"), new("2", "spam"), new("3", "hmm")], CancellationToken.None, "telemetry");
}
