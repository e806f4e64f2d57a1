using System.Diagnostics;
using Understudy.Conformance.Tests.Engine;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.InTheApp;

/// <summary>The engine of the app that the tests run in. It has no clock of its own and cannot be ended from inside.</summary>
public sealed class AppFixture : IEngineFixture
{
    private const int MostInstances = 10_000;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch _clock = new();
    private TimeSpan _due;

    /// <summary>How long nothing must move before the engine counts as settled.</summary>
    internal static TimeSpan Quiet { get; set; } = TimeSpan.FromSeconds(2);

    public IWorkflowClient Client => AppScripts.Client;

    public bool HasCrashed => false;

    /// <summary>The Functions host does not pass it on.</summary>
    public bool EndsSubWorkflows => false;

    /// <summary>The store is the app's; what scripted tests have left in it goes.</summary>
    public async Task StartAsync(ScriptBook scripts)
    {
        await ClearAsync();
        AppScripts.Book = scripts;
        _clock.Restart();
    }

    /// <summary>Time passes for real, settling included, so that nothing comes due before it should.</summary>
    public async Task AdvanceAsync(TimeSpan time)
    {
        _due += time;
        if (_due > _clock.Elapsed)
        {
            await Task.Delay(_due - _clock.Elapsed);
        }

        await SettleAsync();
    }

    public Task RestartAsync()
    {
        Assert.Skip("An app cannot restart itself.");
        return Task.CompletedTask;
    }

    public bool ArmCrash(int moment) => false;

    public async ValueTask DisposeAsync() => await ClearAsync();

    private async Task SettleAsync()
    {
        var (before, since) = ("", Stopwatch.StartNew());
        while (since.Elapsed < Quiet)
        {
            var now = $"{AppScripts.Book.Runs.Values.Sum()} {string.Join(' ', (await ListAsync()).Select(state => $"{state.InstanceId} {state.Status} {state.LastUpdatedAt:O}"))}";
            if (now != before)
            {
                (before, since) = (now, Stopwatch.StartNew());
            }

            await Task.Delay(Look);
        }
    }

    private async Task ClearAsync()
    {
        foreach (var state in await ListAsync())
        {
            if (!state.IsFinished)
            {
                await Client.TerminateAsync(state.InstanceId, "the test is over");
                await Client.WaitAsync(state.InstanceId);
            }

            await Client.PurgeAsync(state.InstanceId);
        }
    }

    private Task<IReadOnlyList<WorkflowState>> ListAsync() => Client.ListAsync(new(Name: ScriptBook.Workflow.Value, Limit: MostInstances));
}
