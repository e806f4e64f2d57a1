using Microsoft.Extensions.Logging;

namespace Understudy.Workflows.Durable;

/// <summary>
/// What a workflow may do: call activities and other workflows, wait for time and for events. Every engine gives the same
/// guarantees, stated by the conformance suite in <c>tests/Conformance</c>.
/// </summary>
/// <remarks>Not thread-safe; a workflow uses it from its own awaits only.</remarks>
public abstract class WorkflowContext
{
    /// <summary>The instance's id, as the client that started it gave or was given.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The version of the program that the instance was started by, from 1; sub-workflows have their parent's. It stays the same to the end.</summary>
    public abstract int Version { get; }

    /// <summary>The time of the event being processed, the same on every replay.</summary>
    public abstract DateTimeOffset CurrentUtcDateTime { get; }

    /// <summary>True while code runs that has run before.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>A logger that is silent while replaying.</summary>
    public abstract ILogger Logger { get; }

    /// <summary>A unique id, the same on every replay.</summary>
    public abstract Guid NewGuid();

    /// <summary>Runs an activity to its end.</summary>
    /// <exception cref="StepFailedException">The activity threw in every attempt that <paramref name="retry"/> allows (one attempt when it is null).</exception>
    public abstract Task<TOut> CallActivityAsync<TIn, TOut>(ActivityName<TIn, TOut> name, TIn input, RetryPolicy? retry = null);

    /// <summary>Runs another workflow to its end, under a caller's instance id or one derived from this instance.</summary>
    /// <exception cref="StepFailedException">The sub-workflow failed or was terminated.</exception>
    public abstract Task<TOut> CallWorkflowAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, RetryPolicy? retry = null);

    /// <summary>Completes once the time has come, also after the host was down at that time.</summary>
    public abstract Task CreateTimer(DateTimeOffset fireAt, CancellationToken cancellationToken = default);

    /// <summary>Waits for an event raised for this instance by name. Events that came earlier are kept, in order.</summary>
    /// <exception cref="TimeoutException">Nothing came within <paramref name="timeout"/>.</exception>
    public abstract Task<T> WaitForEventAsync<T>(string name, TimeSpan? timeout = null);

    /// <summary>Publishes progress that <see cref="IWorkflowClient"/> shows to callers; anything that serialises to JSON.</summary>
    public abstract void SetStatus<T>(T status);

    /// <summary>Ends this run and starts the instance over with a new input and an empty history; events not yet consumed are kept.</summary>
    public abstract void ContinueAsNew<TIn>(TIn input);
}
