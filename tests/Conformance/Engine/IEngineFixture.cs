using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Engine;

/// <summary>
/// An engine under test. It runs the workflows and activities of <see cref="ScriptBook.AddTo"/>; the suites see nothing else of it.
/// </summary>
public interface IEngineFixture : IAsyncDisposable
{
    /// <summary>The engine's client, the present one after a restart too.</summary>
    IWorkflowClient Client { get; }

    /// <summary>True once an armed crash has happened and <see cref="RestartAsync"/> was not called since.</summary>
    bool HasCrashed { get; }

    /// <summary>Whether ending a workflow ends its sub-workflows; where it does not, what tests that is skipped.</summary>
    bool EndsSubWorkflows => true;

    /// <summary>Starts the engine on an empty store.</summary>
    Task StartAsync(ScriptBook scripts);

    /// <summary>Waits until only time or a client can move anything on, then lets so much time pass; an engine without a clock of its own waits for real.</summary>
    Task AdvanceAsync(TimeSpan time);

    /// <summary>Ends the engine and starts it again on the same store.</summary>
    Task RestartAsync();

    /// <summary>
    /// Lets the engine die, as in a kill, at the given moment from now on (from 0; each step has a moment before and one after it is kept).
    /// An engine that cannot do so returns false, and the test is skipped.
    /// </summary>
    bool ArmCrash(int moment);
}
