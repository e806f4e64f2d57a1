namespace Understudy.Workflows.Durable;

/// <summary>
/// One step of a workflow, where I/O and computation live. It runs at least once: an activity that ran just before a crash may
/// run again, so its effects are idempotent.
/// </summary>
/// <remarks>Built by dependency injection for each run.</remarks>
public abstract class Activity<TIn, TOut>
{
    public abstract Task<TOut> RunAsync(ActivityContext context, TIn input);
}
