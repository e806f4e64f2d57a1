using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Engine;

/// <summary>Runs an activity of the test's <see cref="ScriptBook"/>.</summary>
public sealed class ScriptedActivity(ScriptBook book) : Activity<Script, string>
{
    public override Task<string> RunAsync(ActivityContext context, Script input) => book.RunActivity(context, input);
}
