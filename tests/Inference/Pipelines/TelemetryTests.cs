using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tests.Releases;
using Understudy.Tests;
using Understudy.Training.Onnx;
using Understudy.Training.Taggers;

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
        var spans = new ConcurrentQueue<Activity>();
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
        Assert.Equal(("classify", "classify"), (span.DisplayName, span.GetTagItem("gen_ai.operation.name")));
    }

    [Fact]
    public async Task InferAsync_GenerationTask_IsReportedAsOne()
    {
        await TestCalls.WriteAsync(_models.Root);
        var operations = new ConcurrentQueue<object?>();
        using var listener = Listen((_, _, tags) =>
        {
            if (tags.GetValueOrDefault("gen_ai.request.model") is TestCalls.Task)
            {
                operations.Enqueue(tags.GetValueOrDefault("gen_ai.operation.name"));
            }
        });

        await new JointInference(_catalog).InferAsync(TestCalls.Task, [new("1", "call anna")], TestContext.Current.CancellationToken);

        Assert.NotEmpty(operations);
        Assert.All(operations, operation => Assert.Equal("generate_content", operation));
    }

    [Fact]
    public async Task InferAsync_GenerationTask_CountsNoTokenOfThePromptsPassAsAnother()
    {
        await TestCalls.WriteAsync(_models.Root);
        var lengths = new ConcurrentQueue<double>();
        using var listener = Listen(
            (_, length, tags) =>
            {
                if (tags.GetValueOrDefault("gen_ai.request.model") is TestCalls.Task && tags.GetValueOrDefault("understudy.tier") is "lead")
                {
                    lengths.Enqueue(length);
                }
            },
            "understudy.accepted_length");

        var answer = Assert.Single(await new JointInference(_catalog).InferAsync(TestCalls.Task, [new("1", "call anna")], TestContext.Current.CancellationToken, verify: true));

        var tokens = answer.Receipt.Tiers[^1].Tokens!;
        Assert.Contains((tokens.Completion - 1.0) / tokens.Passes, lengths);
    }

    [Fact]
    public async Task Add_ATaggersAnswer_HasTokensAndNoAcceptedLength()
    {
        await TestCalls.WriteAsync(_models.Root);
        using var lease = _catalog.Acquire(TestCalls.Task);
        var (calls, labels, file) = (lease.Release.Calls!, new CallLabels(["Call", "Text"], ["O"], [[0], [0]]), Path.Combine(_models.Root, "tagger.onnx"));
        using (var model = new CallTaggerModel(new() { Embedding = 16, Width = 16, Layers = 1, Heads = 2, FeedForward = 32 }, calls.Tokenizer.VocabularySize, labels))
        {
            TaggerFile.Save(file, model, labels, EncoderPrecision.Float32, maxTokens: 24, weight: 0);
        }

        using var tagger = CallTagger.Load(file);
        var tokens = (await new TaggerWriter("tagger", tagger, calls).WriteAsync("call anna", null, null, TestContext.Current.CancellationToken)).Tokens;
        var lengths = new ConcurrentQueue<double>();
        using var listener = Listen(
            (_, length, tags) =>
            {
                if (tags.GetValueOrDefault("gen_ai.response.model") is "telemetry")
                {
                    lengths.Enqueue(length);
                }
            },
            "understudy.accepted_length");

        AnswerMetrics.Add(new() { Task = TestCalls.Task, Release = "telemetry", AnsweredBy = "tagger", Tiers = [new("tagger", "Call", 1, 0, true, 1) { Tokens = tokens }] }, "lead");

        Assert.True(tokens!.Completion > 1);
        Assert.Empty(lengths);
    }

    [Fact]
    public async Task InferAsync_NoSuchTask_IsCountedWithoutItsName()
    {
        const string Invented = "invented-by-a-caller";
        var failures = new ConcurrentQueue<Dictionary<string, object?>>();
        using var listener = Listen((_, _, tags) =>
        {
            if (tags.GetValueOrDefault("error.type") as string == typeof(TaskNotFoundException).FullName)
            {
                failures.Enqueue(tags);
            }
        });

        await Assert.ThrowsAsync<TaskNotFoundException>(() => new JointInference(_catalog).InferAsync(Invented, [new("1", "ham")], TestContext.Current.CancellationToken));

        Assert.NotEmpty(failures);
        Assert.All(failures, tags => Assert.DoesNotContain(Invented, tags.Values));
    }

    [Fact]
    public async Task InferAsync_Any_AdvisesBucketsOfSeconds()
    {
        var bounds = new ConcurrentQueue<IReadOnlyList<double>>();
        using var listener = Listen((duration, _, _) => bounds.Enqueue(duration.Advice?.HistogramBucketBoundaries ?? []));

        await InferAsync();

        Assert.All(bounds, each => Assert.Equal((0.001, 81.92), (each[0], each[^1])));
        Assert.NotEmpty(bounds);
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _models.Dispose();
    }

    private Task InferAsync() => new JointInference(_catalog).InferAsync(
        ModelsFolder.Task, [new("1", "ham"), new("2", "spam"), new("3", "hmm")], CancellationToken.None, "telemetry");

    /// <summary>Hears how long requests took, or something else.</summary>
    private static MeterListener Listen(Action<Histogram<double>, double, Dictionary<string, object?>> heard, string name = "gen_ai.server.request.duration")
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Understudy.Inference" && instrument.Name == name)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => heard((Histogram<double>)instrument, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
        listener.Start();
        return listener;
    }
}
