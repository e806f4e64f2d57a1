using Understudy.Conformance.Tests.Engine;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.InTheApp;

/// <summary>What the test that runs in the app has scripted: the app knows its workflow and activities by type only.</summary>
internal static class AppScripts
{
    /// <summary>The running test's.</summary>
    public static ScriptBook Book { get; set; } = new();

    /// <summary>The app's.</summary>
    public static IWorkflowClient Client { get; set; } = null!;

    public sealed class AppWorkflow : Workflow<Script, string>
    {
        public override Task<string> RunAsync(WorkflowContext context, Script input) => Book.RunWorkflow(context, input);
    }

    public sealed class AppActivity : Activity<Script, string>
    {
        public override Task<string> RunAsync(ActivityContext context, Script input) => Book.RunActivity(context, input);
    }
}
