using Microsoft.Extensions.DependencyInjection;

namespace Understudy.LocalHost.Durable;

/// <summary>An instance whose code is in memory, waiting for its next event.</summary>
internal sealed class LiveInstance(InstanceRow row, WorkflowRun run, IServiceScope scope) : IDisposable
{
    public InstanceRow Row => row;

    public WorkflowRun Run => run;

    /// <summary>Rows of history, those of the open transaction included.</summary>
    public long HistoryLength { get; set; } = row.HistoryLength;

    /// <summary>True when the instance's row is behind its history.</summary>
    public bool IsDirty { get; set; }

    public void Dispose() => scope.Dispose();
}
