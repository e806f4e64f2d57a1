using System.Diagnostics;
using Understudy.Workflows;

namespace Understudy.Bench.Durable;

/// <summary>For how long at least one step of a workflow ran: what else a run takes is the engine's. Thread-safe.</summary>
internal sealed class StepClock : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly List<(DateTime From, DateTime To)> _steps = [];

    public StepClock()
    {
        _listener = new()
        {
            ShouldListenTo = source => source.Name == WorkflowTelemetry.Name,
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
            ActivityStopped = Add,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Seconds since the last call in which a step ran, however many at a time.</summary>
    public double TakeSeconds()
    {
        lock (_steps)
        {
            var seconds = 0.0;
            var reached = DateTime.MinValue;
            foreach (var (from, to) in _steps.OrderBy(step => step.From))
            {
                seconds += Math.Max(0, (to - (from > reached ? from : reached)).TotalSeconds);
                reached = to > reached ? to : reached;
            }

            _steps.Clear();
            return seconds;
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Activity span)
    {
        // Spans of workflows and arrivals are not steps.
        if (span.OperationName.StartsWith("activity ", StringComparison.Ordinal))
        {
            lock (_steps)
            {
                _steps.Add((span.StartTimeUtc, span.StartTimeUtc + span.Duration));
            }
        }
    }
}
