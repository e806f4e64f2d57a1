using System.Diagnostics;
using System.Diagnostics.Metrics;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows;

/// <summary>Traces and metrics of the workflows, under the one name <c>Understudy.Workflows</c>. A run's spans are in the trace of what started it.</summary>
public static class WorkflowTelemetry
{
    public const string Name = "Understudy.Workflows";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram("understudy.workflow.duration", "s", "Time of a workflow from its start to its end, by name and outcome.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 4 * 3600, 24 * 3600, 3 * 24 * 3600] });

    private static readonly Counter<long> Quarantined =
        Meter.CreateCounter<long>("understudy.quarantined", "{blob}", "Blobs that were set aside.");

    /// <summary>The W3C trace context of what runs now; null outside of a trace.</summary>
    public static string? CurrentContext => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    /// <summary>A span for what arrives from outside of any request; null when nobody listens.</summary>
    public static Activity? StartArrival(string container) => Source.StartActivity($"arrival {container}", ActivityKind.Consumer);

    /// <summary>A span for one attempt at an activity; null when nobody listens.</summary>
    /// <param name="activity">Its name.</param>
    /// <param name="instance">The run that called it.</param>
    /// <param name="trace">The W3C trace context of the run.</param>
    public static Activity? StartActivity(string activity, string instance, string? trace)
    {
        var span = Source.StartActivity($"activity {activity}", ActivityKind.Internal, Parent(trace));
        span?.SetTag("understudy.instance", instance);
        return span;
    }

    /// <summary>The attempt that a span of <see cref="StartActivity"/> is about did not succeed.</summary>
    public static void Failed(Activity? span, Exception why) =>
        span?.SetStatus(ActivityStatusCode.Error, why.Message).SetTag("error.type", why.GetType().FullName);

    /// <summary>A workflow has ended.</summary>
    public static void Finished(string workflow, string instance, string? trace, DateTimeOffset from, DateTimeOffset to, FailureDetails? failure)
    {
        Duration.Record((to - from).TotalSeconds, new("understudy.workflow", workflow), new("error.type", failure?.ErrorType));
        using var span = Source.StartActivity($"workflow {workflow}", ActivityKind.Internal, Parent(trace), startTime: from);
        span?.SetTag("understudy.instance", instance);
        span?.SetEndTime(to.UtcDateTime);
        if (failure is not null)
        {
            span?.SetStatus(ActivityStatusCode.Error, failure.Message).SetTag("error.type", failure.ErrorType);
        }
    }

    internal static void SetAside(string container) => Quarantined.Add(1, new KeyValuePair<string, object?>("understudy.container", container));

    private static System.Diagnostics.ActivityContext Parent(string? trace) =>
        trace is not null && System.Diagnostics.ActivityContext.TryParse(trace, null, isRemote: true, out var context) ? context : default;
}
