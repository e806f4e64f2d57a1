using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Understudy.LocalHost.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Tests.Durable;

public sealed class EmbeddedDurableServiceTests : IDisposable
{
    private static readonly WorkflowName<string, string> Relay = new("relay");
    private static readonly WorkflowName<string, string> Patient = new("patient");
    private static readonly ActivityName<string, string> Work = new("work");

    private readonly TemporaryFolder _folder = new();
    private readonly Gate _gate = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Host_RunsWorkflowsWithTheirServices()
    {
        using var host = await StartAsync();
        _gate.Open("out");

        var client = host.Services.GetRequiredService<IWorkflowClient>();
        var state = await client.WaitAsync(await client.StartAsync(Relay, "in"));

        Assert.Equal("in out", state.ReadOutput<string>());
        await host.StopAsync();
    }

    [Fact]
    public async Task Host_StopsDuringAnActivity_RunsItAgainNextTime()
    {
        using (var first = await StartAsync())
        {
            await first.Services.GetRequiredService<IWorkflowClient>().StartAsync(Relay, "in", "one");
            await _gate.Begun;
            await first.StopAsync();
        }

        _gate.Open("out");
        using var second = await StartAsync();
        var state = await second.Services.GetRequiredService<IWorkflowClient>().WaitAsync("one");

        Assert.Equal("in out", state.ReadOutput<string>());
        Assert.Equal(2, _gate.Runs);
        await second.StopAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_TimeIsUp_WarnsOnlyOfActivitiesThatRun(bool busy)
    {
        using var log = new WarningLog();
        using var host = await StartAsync(log: log);
        var client = host.Services.GetRequiredService<IWorkflowClient>();
        if (busy)
        {
            _gate.IgnoresCancellation = true;
            await client.StartAsync(Relay, "in", "one");
            await _gate.Begun;
        }

        await host.Services.GetRequiredService<DurableEngine>().StopAsync(new CancellationToken(canceled: true));

        Assert.Equal(busy ? ["The durable engine stopped while 1 activities had not ended; they run again at the next start."] : [], log.Warnings);
        _gate.Open("out");
    }

    [Fact]
    public async Task Client_AfterTheHostStopped_SaysSo()
    {
        using var host = await StartAsync();
        var client = host.Services.GetRequiredService<IWorkflowClient>();
        await host.StopAsync();

        var e = await Assert.ThrowsAsync<EngineStoppedException>(() => client.StartAsync(Relay, "in"));

        Assert.Contains("has stopped", e.Message);
    }

    [Fact]
    public async Task Start_UnknownWorkflow_NamesIt()
    {
        using var host = await StartAsync();
        var client = host.Services.GetRequiredService<IWorkflowClient>();

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => client.StartAsync(new WorkflowName<int, int>("nothing"), 1));

        Assert.Contains("'nothing'", e.Message);
        await host.StopAsync();
    }

    [Fact]
    public async Task Host_ActivityNoLongerRegistered_FailsTheStepNamingIt()
    {
        using (var first = await StartAsync())
        {
            await first.Services.GetRequiredService<IWorkflowClient>().StartAsync(Relay, "in", "one");
            await _gate.Begun;
            await first.StopAsync();
        }

        using var second = await StartAsync(new WorkflowRegistry().AddWorkflow<RelayWorkflow, string, string>(Relay));
        var state = await second.Services.GetRequiredService<IWorkflowClient>().WaitAsync("one");

        Assert.Equal(WorkflowStatus.Failed, state.Status);
        Assert.Contains("no activity named 'work'", state.Failure!.Message);
        await second.StopAsync();
    }

    [Fact]
    public async Task Host_InputNoLongerReads_FailsThatInstanceAndNoOther()
    {
        _gate.Open("out");
        using (var first = await StartAsync())
        {
            await first.Services.GetRequiredService<IWorkflowClient>().StartAsync(Patient, "in", "one");
            await first.StopAsync();
        }

        using var second = await StartAsync(Registry().AddWorkflow<CountingWorkflow, int, int>(new(Patient.Value)));
        var client = second.Services.GetRequiredService<IWorkflowClient>();
        await client.RaiseEventAsync("one", "go", "");
        var state = await client.WaitAsync("one");

        Assert.Equal(WorkflowStatus.Failed, state.Status);
        Assert.Contains("The input of workflow 'patient' does not read as System.Int32", state.Failure!.Message);
        Assert.Equal("in out", (await client.WaitAsync(await client.StartAsync(Relay, "in"))).ReadOutput<string>());
        await second.StopAsync();
    }

    [Fact]
    public async Task ContinueAsNew_WithAnotherType_FailsThatInstanceAndNoOther()
    {
        _gate.Open("out");
        using var host = await StartAsync(Registry().AddWorkflow<TurningWorkflow, string, string>(Patient));
        var client = host.Services.GetRequiredService<IWorkflowClient>();

        var state = await client.WaitAsync(await client.StartAsync(Patient, "in"));

        Assert.Equal(WorkflowStatus.Failed, state.Status);
        Assert.Contains("does not read as System.String", state.Failure!.Message);
        Assert.Equal("in out", (await client.WaitAsync(await client.StartAsync(Relay, "in"))).ReadOutput<string>());
        await host.StopAsync();
    }

    [Fact]
    public async Task Retry_OfANewerProgramsInstance_WaitsForThatProgram()
    {
        var time = new FakeTimeProvider(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _gate.Fail();
        using (var newer = await StartAsync(Registry(2).AddWorkflow<StubbornWorkflow, string, string>(Patient), time: time))
        {
            await newer.Services.GetRequiredService<IWorkflowClient>().StartAsync(Patient, "in", "one");
            await newer.Services.GetRequiredService<DurableEngine>().WaitForIdleAsync();
            await newer.StopAsync();
        }

        Assert.Equal(1, _gate.Runs);
        using (var older = await StartAsync(Registry(1).AddWorkflow<StubbornWorkflow, string, string>(Patient), time: time))
        {
            time.Advance(TimeSpan.FromMinutes(2));
            await older.Services.GetRequiredService<DurableEngine>().WaitForIdleAsync();
            Assert.Equal(1, _gate.Runs);
            await older.StopAsync();
        }

        using var again = await StartAsync(Registry(2).AddWorkflow<StubbornWorkflow, string, string>(Patient), time: time);
        await again.Services.GetRequiredService<DurableEngine>().WaitForIdleAsync();
        Assert.Equal(2, _gate.Runs);
        await again.StopAsync();
    }

    [Fact]
    public async Task Options_SeveralOutOfRange_AllAreReported()
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(configure: options =>
        {
            options.DatabasePath = "";
            options.MaxConcurrentActivities = 0;
            options.MaxCachedInstances = -1;
        }));

        Assert.Equal(3, e.Failures.Count());
    }

    private static WorkflowRegistry Registry(int version = 1) => new WorkflowRegistry(version)
        .AddWorkflow<RelayWorkflow, string, string>(Relay)
        .AddActivity<GatedActivity, string, string>(Work);

    private async Task<IHost> StartAsync(
        WorkflowRegistry? registry = null, Action<EmbeddedDurableOptions>? configure = null, WarningLog? log = null, TimeProvider? time = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(_gate);
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.Services.AddSingleton(registry ?? Registry().AddWorkflow<WaitingWorkflow, string, string>(Patient));
        builder.Services.AddEmbeddedDurable(options =>
        {
            options.DatabasePath = _folder.File("workflows.db");
            configure?.Invoke(options);
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private sealed class RelayWorkflow : Workflow<string, string>
    {
        public override async Task<string> RunAsync(WorkflowContext context, string input) =>
            $"{input} {await context.CallActivityAsync(Work, input)}";
    }

    private sealed class WaitingWorkflow : Workflow<string, string>
    {
        public override Task<string> RunAsync(WorkflowContext context, string input) => context.WaitForEventAsync<string>("go");
    }

    /// <summary>The same workflow in a later program, with another input.</summary>
    private sealed class CountingWorkflow : Workflow<int, int>
    {
        public override async Task<int> RunAsync(WorkflowContext context, int input)
        {
            await context.WaitForEventAsync<string>("go");
            return input;
        }
    }

    private sealed class TurningWorkflow : Workflow<string, string>
    {
        public override Task<string> RunAsync(WorkflowContext context, string input)
        {
            context.ContinueAsNew(5);
            return Task.FromResult("");
        }
    }

    private sealed class StubbornWorkflow : Workflow<string, string>
    {
        public override Task<string> RunAsync(WorkflowContext context, string input) =>
            context.CallActivityAsync(Work, input, new RetryPolicy(3, TimeSpan.FromMinutes(1), 1, TimeSpan.FromMinutes(1)));
    }

    private sealed class GatedActivity(Gate gate) : Activity<string, string>
    {
        public override Task<string> RunAsync(ActivityContext context, string input) => gate.PassAsync(context.CancellationToken);
    }

    private sealed class Gate
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<string> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Runs { get; private set; }

        public bool IgnoresCancellation { get; set; }

        public Task Begun => _begun.Task;

        public void Open(string result) => _open.SetResult(result);

        public void Fail() => _open.SetException(new InvalidOperationException("The test lets it fail."));

        public Task<string> PassAsync(CancellationToken cancellationToken)
        {
            Runs++;
            _begun.TrySetResult();
            return IgnoresCancellation ? _open.Task : _open.Task.WaitAsync(cancellationToken);
        }
    }
}
