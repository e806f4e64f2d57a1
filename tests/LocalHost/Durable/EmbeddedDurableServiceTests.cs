using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.LocalHost.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Tests.Durable;

public sealed class EmbeddedDurableServiceTests : IDisposable
{
    private static readonly WorkflowName<string, string> Relay = new("relay");
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

    private async Task<IHost> StartAsync(WorkflowRegistry? registry = null, Action<EmbeddedDurableOptions>? configure = null, WarningLog? log = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton(_gate);
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.Services.AddSingleton(registry ?? new WorkflowRegistry()
            .AddWorkflow<RelayWorkflow, string, string>(Relay)
            .AddActivity<GatedActivity, string, string>(Work));
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

        public Task<string> PassAsync(CancellationToken cancellationToken)
        {
            Runs++;
            _begun.TrySetResult();
            return IgnoresCancellation ? _open.Task : _open.Task.WaitAsync(cancellationToken);
        }
    }
}
