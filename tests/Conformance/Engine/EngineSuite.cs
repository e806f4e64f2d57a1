using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Engine;

/// <summary>What every suite shares: an engine of its own for each test, and short ways to run scripts on it.</summary>
public abstract class EngineSuite<TFixture> : IAsyncLifetime
    where TFixture : IEngineFixture, new()
{
    /// <summary>How long a test waits for an engine before it calls it stuck.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private int _scripts;

    protected TFixture Engine { get; } = new();

    protected ScriptBook Scripts { get; } = new();

    protected IWorkflowClient Client => Engine.Client;

    public async ValueTask InitializeAsync() => await Engine.StartAsync(Scripts);

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a workflow with this code.</summary>
    protected Task<string> StartAsync(Func<WorkflowContext, string, Task<string>> body, string argument = "", string? id = null)
    {
        var name = "script-" + Interlocked.Increment(ref _scripts);
        Scripts.DefineWorkflow(name, body);
        return Client.StartAsync(ScriptBook.Workflow, new(name, argument), id).WaitAsync(Patience);
    }

    /// <summary>Waits for a workflow's end.</summary>
    protected Task<WorkflowState> FinishAsync(string id) => Client.WaitAsync(id).WaitAsync(Patience);

    /// <summary>Runs a workflow to its end.</summary>
    protected async Task<WorkflowState> RunAsync(Func<WorkflowContext, string, Task<string>> body, string argument = "") =>
        await FinishAsync(await StartAsync(body, argument));

    /// <summary>Waits until only time or a client can move anything on.</summary>
    protected Task SettleAsync() => Engine.AdvanceAsync(TimeSpan.Zero).WaitAsync(Patience);

    protected Task AdvanceAsync(double seconds) => Engine.AdvanceAsync(TimeSpan.FromSeconds(seconds)).WaitAsync(Patience);

    protected static Task<string> Call(WorkflowContext context, string activity, string argument = "", RetryPolicy? retry = null) =>
        context.CallActivityAsync(ScriptBook.Activity, new(activity, argument), retry);

    protected static Task<string> CallWorkflow(WorkflowContext context, string name, string argument = "", string? id = null, RetryPolicy? retry = null) =>
        context.CallWorkflowAsync(ScriptBook.Workflow, new(name, argument), id, retry);

    protected static void AssertOutput(string expected, WorkflowState state)
    {
        Assert.True(state.Status == WorkflowStatus.Completed, $"{state.Status}: {state.Failure?.ErrorType}: {state.Failure?.Message}");
        Assert.Equal(expected, state.ReadOutput<string>());
    }
}
