using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Understudy.Inference;

/// <summary>Traces and metrics, under the one name <c>Understudy.Inference</c>. Names follow OpenTelemetry's GenAI conventions where they exist.</summary>
internal static class InferenceTelemetry
{
    public const string Name = "Understudy.Inference";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("gen_ai.server.request.duration", "s", "Time of a request through all stages.");

    private static readonly Counter<long> Failures =
        Meter.CreateCounter<long>("understudy.release.follow.failures", "{failure}", "Releases that a channel pointed to and that could not be loaded.");

    /// <summary>A span for a request; <see langword="null"/> when nobody listens.</summary>
    public static Activity? StartRequest(string task, int inputs)
    {
        var activity = Source.StartActivity("classify", ActivityKind.Internal);
        activity?.SetTag("gen_ai.operation.name", "classify");
        activity?.SetTag("gen_ai.request.model", task);
        activity?.SetTag("understudy.inputs", inputs);
        return activity;
    }

    public static void Answered(string task, string release, int deferred, TimeSpan elapsed, Activity? activity)
    {
        activity?.SetTag("gen_ai.response.model", release);
        activity?.SetTag("understudy.deferred", deferred);
        if (Duration.Enabled)
        {
            Duration.Record(elapsed.TotalSeconds, Tags(task, release));
        }
    }

    public static void Failed(string task, Exception error, TimeSpan elapsed, Activity? activity)
    {
        activity?.SetStatus(ActivityStatusCode.Error, error.Message);
        activity?.SetTag("error.type", error.GetType().FullName);
        Duration.Record(elapsed.TotalSeconds, new("gen_ai.operation.name", "classify"), new("gen_ai.request.model", task), new("error.type", error.GetType().FullName));
    }

    public static void FollowFailed(string task, Exception error)
    {
        Failures.Add(1, new("gen_ai.request.model", task), new("error.type", error.GetType().FullName));
        Activity.Current?.AddEvent(new("understudy.release.follow.failed", tags: new() { ["exception.message"] = error.Message }));
    }

    private static TagList Tags(string task, string release) => new()
    {
        { "gen_ai.operation.name", "classify" },
        { "gen_ai.request.model", task },
        { "gen_ai.response.model", release },
    };
}
