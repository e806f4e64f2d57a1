using System.Diagnostics;
using System.Diagnostics.Metrics;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Inference;

/// <summary>Traces and metrics, under the one name <c>Understudy.Inference</c>. Names follow OpenTelemetry's GenAI conventions where they exist.</summary>
internal static class InferenceTelemetry
{
    public const string Name = "Understudy.Inference";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    /// <summary>With three bounds more than the conventions have: students answer in milliseconds.</summary>
    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram("gen_ai.server.request.duration", "s", "Time of a request through all stages.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] });

    private static readonly Counter<long> Failures =
        Meter.CreateCounter<long>("understudy.release.follow.failures", "{failure}", "Releases that a channel pointed to and that could not be loaded.");

    /// <summary>A span for a request; <see langword="null"/> when nobody listens.</summary>
    public static Activity? StartRequest(string task, int inputs)
    {
        var activity = Source.StartActivity("infer", ActivityKind.Internal);
        activity?.SetTag("gen_ai.request.model", task);
        activity?.SetTag("understudy.inputs", inputs);
        return activity;
    }

    /// <summary>What a request does with its release: the name of its span, and of its operation.</summary>
    public static string Operation(Release release, Activity? activity)
    {
        var operation = release.Definition.Kind == TaskRules.Generation ? "generate_content" : "classify";
        activity?.DisplayName = operation;
        activity?.SetTag("gen_ai.operation.name", operation);
        return operation;
    }

    public static void Answered(string operation, string task, string release, int deferred, TimeSpan elapsed, Activity? activity)
    {
        activity?.SetTag("gen_ai.response.model", release);
        activity?.SetTag("understudy.deferred", deferred);
        if (Duration.Enabled)
        {
            Duration.Record(elapsed.TotalSeconds, new("gen_ai.operation.name", operation), new("gen_ai.request.model", task), new("gen_ai.response.model", release));
        }
    }

    /// <param name="operation">Null where it failed before its release was there.</param>
    public static void Failed(string? operation, string task, Exception error, TimeSpan elapsed, Activity? activity)
    {
        activity?.SetStatus(ActivityStatusCode.Error, error.Message);
        activity?.SetTag("error.type", error.GetType().FullName);
        var tags = new TagList { { "error.type", error.GetType().FullName } };
        if (operation is not null)
        {
            tags.Add("gen_ai.operation.name", operation);
        }

        // The name of a task that is not there is the caller's invention, and each would be a series of its own.
        if (error is not TaskNotFoundException)
        {
            tags.Add("gen_ai.request.model", task);
        }

        Duration.Record(elapsed.TotalSeconds, tags);
    }

    public static void FollowFailed(string task, Exception error)
    {
        Failures.Add(1, new("gen_ai.request.model", task), new("error.type", error.GetType().FullName));
        Activity.Current?.AddEvent(new("understudy.release.follow.failed", tags: new() { ["exception.message"] = error.Message }));
    }
}
