namespace Understudy.Workflows.Durable;

/// <summary>
/// A durable workflow: code that is replayed from its history, so it must be deterministic. It reads no clock, draws no random
/// numbers, does no I/O and awaits only what <see cref="WorkflowContext"/> hands out.
/// </summary>
/// <remarks>An instance serves one run; engines create it anew for every replay.</remarks>
public abstract class Workflow<TIn, TOut>
{
    /// <summary>Runs the workflow from its start; on replay, awaits of finished steps complete at once with their recorded results.</summary>
    public abstract Task<TOut> RunAsync(WorkflowContext context, TIn input);
}
