using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Engine;

/// <summary>Runs a workflow of the test's <see cref="ScriptBook"/>.</summary>
public sealed class ScriptedWorkflow(ScriptBook book) : Workflow<Script, string>
{
    public override Task<string> RunAsync(WorkflowContext context, Script input) => book.RunWorkflow(context, input);
}
