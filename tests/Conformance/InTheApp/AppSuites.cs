using System.Reflection;
using Understudy.Conformance.Tests.Engine;
using Understudy.Conformance.Tests.Suites;
using Understudy.Functions.Conformance;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.InTheApp;

/// <summary>Every test of every suite, run inside the app; see <see cref="ConformanceGroup"/>.</summary>
public sealed class AppSuites : IConformanceSuites
{
    private static readonly SemaphoreSlim Turn = new(1);

    private static readonly IReadOnlyList<Type> Suites =
        [typeof(Activities), typeof(Timers), typeof(Events), typeof(SubWorkflows), typeof(ContinuesAsNew), typeof(Determinism), typeof(Client), typeof(Crashes), typeof(Versions)];

    /// <summary>Suite and name of each.</summary>
    public static IEnumerable<(string Suite, string Test)> All => Suites.SelectMany(suite => TestsOf(suite).Select(test => (NameOf(suite), test.Name)));

    public void AddTo(WorkflowRegistry registry) => registry
        .AddWorkflow<AppScripts.AppWorkflow, Script, string>(ScriptBook.Workflow)
        .AddActivity<AppScripts.AppActivity, Script, string>(ScriptBook.Activity)
        .AddActivity<AppScripts.AppActivity, Script, string>(ScriptBook.OtherActivity);

    public async Task<ConformanceResult?> RunAsync(string suite, string test, IWorkflowClient client, CancellationToken cancellationToken)
    {
        var type = Suites.FirstOrDefault(type => NameOf(type) == suite);
        if (type is null || TestsOf(type).FirstOrDefault(method => method.Name == test) is not { } method)
        {
            return null;
        }

        await Turn.WaitAsync(cancellationToken);
        try
        {
            AppScripts.Client = client;
            var result = new ConformanceResult(ConformanceResult.Failed, "It is a theory whose rows are no InlineData.");
            foreach (var row in RowsOf(method).TakeWhile((_, index) => index == 0 || result.Outcome == ConformanceResult.Passed))
            {
                result = await RunAsync((IAsyncLifetime)Activator.CreateInstance(type)!, method, row);
            }

            return result;
        }
        finally
        {
            Turn.Release();
        }
    }

    private static async Task<ConformanceResult> RunAsync(IAsyncLifetime suite, MethodInfo test, object?[] row)
    {
        try
        {
            await using (suite)
            {
                await suite.InitializeAsync();
                await (Task)test.Invoke(suite, row)!;
            }

            return new(ConformanceResult.Passed);
        }
        catch (Exception error) when (error is Xunit.Sdk.SkipException)
        {
            return new(ConformanceResult.Skipped, error.Message.Replace("$XunitDynamicSkip$", "", StringComparison.Ordinal));
        }
        catch (Exception error)
        {
            return new(ConformanceResult.Failed, error.ToString());
        }
    }

    /// <summary>What a test is run with; a theory once with each row.</summary>
    private static IEnumerable<object?[]> RowsOf(MethodInfo test) => test.GetParameters().Length == 0 ? [[]] : test.GetCustomAttributes<InlineDataAttribute>().Select(row => row.Data);

    private static string NameOf(Type suite) => suite.BaseType!.Name.Split('`')[0];

    private static IEnumerable<MethodInfo> TestsOf(Type suite) => suite.GetMethods().Where(method => method.IsDefined(typeof(FactAttribute)));

#pragma warning disable xUnit1000 // For the app to run, not for the runner.
    private sealed class Activities : ActivitySuite<AppFixture>;

    private sealed class Timers : TimerSuite<AppFixture>;

    private sealed class Events : EventSuite<AppFixture>;

    private sealed class SubWorkflows : SubWorkflowSuite<AppFixture>;

    private sealed class ContinuesAsNew : ContinueAsNewSuite<AppFixture>;

    private sealed class Determinism : DeterminismSuite<AppFixture>;

    private sealed class Client : ClientSuite<AppFixture>;

    private sealed class Crashes : CrashSuite<AppFixture>;

    private sealed class Versions : VersionSuite<AppFixture>;
#pragma warning restore xUnit1000
}
