using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Conformance.Tests.Engine;
using Understudy.Functions.Conformance;
using Understudy.LocalHost.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.InTheApp;

/// <summary>What an app does with the suites, on an engine with a real clock.</summary>
public sealed class AppSuitesTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("understudy-app-suites-").FullName;
    private readonly ConformanceGroup _group = new(Configuration(typeof(AppSuites).Assembly.Location));
    private ServiceProvider _services = null!;
    private IWorkflowClient _client = null!;

    public ValueTask InitializeAsync()
    {
        AppFixture.Quiet = TimeSpan.FromSeconds(0.5);
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_group.AddTo(new WorkflowRegistry()));
        services.AddEmbeddedDurable(options => options.DatabasePath = Path.Combine(_folder, "workflows.db"));
        _services = services.BuildServiceProvider();
        _services.GetRequiredService<DurableEngine>().Start();
        _client = _services.GetRequiredService<IWorkflowClient>();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("ActivitySuite", "CallActivity_Throws_FailsTheStepWithItsDetails")]
    [InlineData("TimerSuite", "CreateTimer_Several_FireInTheOrderOfTheirTimes")]
    [InlineData("ClientSuite", "List_ByPrefixNameAndStatus_NewestFirst")]
    public async Task Run_EngineThatKeepsTheContract_PassesAndLeavesNothing(string suite, string test)
    {
        await _client.StartAsync(ScriptBook.Workflow, new("left over from a run that was cut off"), "a-1", TestContext.Current.CancellationToken);

        Assert.Equal(new ConformanceResult(ConformanceResult.Passed), await RunAsync(suite, test, _client));

        Assert.Empty(await _client.ListAsync(new(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Run_EngineThatBreaksTheContract_Fails()
    {
        var result = await RunAsync("ClientSuite", "Get_Finished_HasInputOutputAndTimes", new Forgetful(_client));

        Assert.Equal(ConformanceResult.Failed, result!.Outcome);
        Assert.Contains("Get_Finished_HasInputOutputAndTimes", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CrashSuite", "Crash_AtEveryMoment_LosesAndRepeatsNothing", "This engine cannot be crashed at will.")]
    [InlineData("TimerSuite", "CreateTimer_TimePassesWhileDown_FiresAfterTheRestart", "An app cannot restart itself.")]
    [InlineData("DeterminismSuite", "Replay_CodeChanged_FailsNamingWhatDiffers", "An app cannot restart itself.")] // a theory
    [InlineData("SubWorkflowSuite", "Terminate_ParentThatWaits_EndsItsSubWorkflowsToo", "This engine ends the parent alone.")]
    public async Task Run_NeedsWhatTheAppHasNot_IsSkipped(string suite, string test, string reason) =>
        Assert.Equal(new ConformanceResult(ConformanceResult.Skipped, reason), await RunAsync(suite, test, _client));

    [Theory]
    [InlineData("ActivitySuite", "NoSuchTest")]
    [InlineData("NoSuchSuite", "CallActivity_Succeeds_ReturnsItsResult")]
    [InlineData("ActivitySuite", "DisposeAsync")]
    public async Task Run_NoSuchTest_IsNull(string suite, string test) => Assert.Null(await RunAsync(suite, test, _client));

    [Fact]
    public void All_EveryTestOfEverySuite_IsThere()
    {
        var facts = typeof(AppSuites).Assembly.GetTypes().Where(type => type is { IsAbstract: true, IsGenericTypeDefinition: true, BaseType.Name: "EngineSuite`1" })
            .Sum(type => type.GetMethods().Count(method => method.IsDefined(typeof(FactAttribute), false)));

        Assert.Equal(facts, AppSuites.All.Distinct().Count());
        Assert.True(facts > 50, $"{facts} tests");
    }

    [Fact]
    public async Task Function_WithoutTheSetting_IsNotThere()
    {
        var functions = new ConformanceFunctions(new(Configuration(null)), null!, new(new()));

        Assert.IsType<NotFound>(await functions.Run(null!, "ActivitySuite", "CallActivity_Succeeds_ReturnsItsResult", null!, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Group_NoAssemblyWithSuites_SaysWhatToName()
    {
        var group = new ConformanceGroup(Configuration(typeof(ConformanceGroup).Assembly.Location));

        Assert.Contains("Conformance__Assembly", Assert.Throws<InvalidOperationException>(() => group.Suites).Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(string? assembly) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(ConformanceGroup.Setting, assembly)]).Build();

    private Task<ConformanceResult?> RunAsync(string suite, string test, IWorkflowClient client) =>
        _group.Suites!.RunAsync(suite, test, client, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(90));

    /// <summary>Does not know an instance that it has just waited for.</summary>
    private sealed class Forgetful(IWorkflowClient inner) : IWorkflowClient
    {
        public Task<WorkflowState?> GetAsync(string instanceId, CancellationToken cancellationToken = default) => Task.FromResult<WorkflowState?>(null);

        public Task<string> StartAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, CancellationToken cancellationToken = default) =>
            inner.StartAsync(name, input, instanceId, cancellationToken);

        public Task<WorkflowState> WaitAsync(string instanceId, CancellationToken cancellationToken = default) => inner.WaitAsync(instanceId, cancellationToken);

        public Task RaiseEventAsync<T>(string instanceId, string eventName, T payload, CancellationToken cancellationToken = default) =>
            inner.RaiseEventAsync(instanceId, eventName, payload, cancellationToken);

        public Task TerminateAsync(string instanceId, string reason, CancellationToken cancellationToken = default) => inner.TerminateAsync(instanceId, reason, cancellationToken);

        public Task<IReadOnlyList<WorkflowState>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken = default) => inner.ListAsync(query, cancellationToken);

        public Task<bool> PurgeAsync(string instanceId, CancellationToken cancellationToken = default) => inner.PurgeAsync(instanceId, cancellationToken);
    }
}
