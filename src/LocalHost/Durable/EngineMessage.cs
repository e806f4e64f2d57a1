using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>Something for the engine's thread to deal with.</summary>
internal abstract class EngineMessage
{
    /// <summary>Tells whoever waits for it that it will not be dealt with.</summary>
    public virtual void Fail(Exception cause)
    {
    }
}

/// <summary>A message whose sender waits for an answer; it comes once what the message changed is durable.</summary>
internal abstract class EngineRequest<T> : EngineMessage
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => _answer.Task;

    public void Reply(T value) => _answer.TrySetResult(value);

    public override void Fail(Exception cause) => _answer.TrySetException(cause);
}

internal sealed class StartRequest(string id, string name, string input, string? trace) : EngineRequest<string>
{
    public string Id => id;

    public string Name => name;

    public string Input => input;

    /// <summary>The W3C trace context of the caller.</summary>
    public string? Trace => trace;
}

internal sealed class RaiseEventRequest(string id, string name, string payload) : EngineRequest<bool>
{
    public string Id => id;

    public string Name => name;

    public string Payload => payload;
}

internal sealed class TerminateRequest(string id, string reason) : EngineRequest<bool>
{
    public string Id => id;

    public string Reason => reason;
}

internal sealed class PurgeRequest(string id) : EngineRequest<bool>
{
    public string Id => id;
}

/// <summary>Answered when the instance has finished.</summary>
internal sealed class FinishRequest(string id) : EngineRequest<bool>
{
    public string Id => id;
}

/// <summary>Answered once everything that was sent before it is durable.</summary>
internal sealed class BarrierRequest : EngineRequest<bool>;

/// <summary>Answered when there is nothing to do but wait for time or for clients.</summary>
internal sealed class IdleRequest : EngineRequest<bool>;

/// <summary>An instance's run is to begin.</summary>
internal sealed class BeginRun(long instance) : EngineMessage
{
    public long Instance => instance;
}

/// <summary>A sub-workflow is to start, or to be found finished already.</summary>
internal sealed class StartChild(long parent, long step) : EngineMessage
{
    public long Parent => parent;

    public long Step => step;
}

/// <summary>An attempt at an activity or a sub-workflow is over.</summary>
/// <param name="failure">Why it failed; null when it succeeded.</param>
internal class StepEnded(long instance, long step, string? output, FailureDetails? failure) : EngineMessage
{
    public long Instance => instance;

    public long Step => step;

    public string? Output => output;

    public FailureDetails? Failure => failure;
}

/// <summary>An attempt at an activity is over.</summary>
internal sealed class ActivityEnded(long instance, long step, string? output, FailureDetails? failure)
    : StepEnded(instance, step, output, failure);

/// <summary>The clock may have reached a timer.</summary>
internal sealed class ClockTick : EngineMessage
{
    public static ClockTick Instance { get; } = new();
}

/// <summary>A continuation came from a task of someone else.</summary>
internal sealed class ForeignContinuation(long instance, WorkflowRun run) : EngineMessage
{
    public long Instance => instance;

    public WorkflowRun Run => run;
}
