using System.Collections.Concurrent;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Engine;

/// <summary>
/// The code that runs in a test, so that the test reads in one place. Engines know one scripted workflow and two names of one
/// scripted activity.
/// </summary>
public sealed class ScriptBook
{
    public static readonly WorkflowName<Script, string> Workflow = new("scripted-workflow");
    public static readonly ActivityName<Script, string> Activity = new("scripted-activity");
    public static readonly ActivityName<Script, string> OtherActivity = new("other-scripted-activity");

    private readonly ConcurrentDictionary<string, Func<WorkflowContext, string, Task<string>>> _workflows = new();
    private readonly ConcurrentDictionary<string, Func<ActivityContext, string, Task<string>>> _activities = new();

    /// <summary>The version of the program that the engine is started with; counts from its next start.</summary>
    public int Version { get; set; } = 1;

    /// <summary>How often each activity script was begun.</summary>
    public ConcurrentDictionary<string, int> Runs { get; } = new();

    public static WorkflowRegistry AddTo(WorkflowRegistry registry) => registry
        .AddWorkflow<ScriptedWorkflow, Script, string>(Workflow)
        .AddActivity<ScriptedActivity, Script, string>(Activity)
        .AddActivity<ScriptedActivity, Script, string>(OtherActivity);

    /// <summary>Defines a workflow, or changes it as a new version of a program would.</summary>
    public void DefineWorkflow(string name, Func<WorkflowContext, string, Task<string>> body) => _workflows[name] = body;

    public void DefineActivity(string name, Func<ActivityContext, string, Task<string>> body) => _activities[name] = body;

    public void DefineActivity(string name, Func<string, string> body) => DefineActivity(name, (_, argument) => Task.FromResult(body(argument)));

    internal Task<string> RunWorkflow(WorkflowContext context, Script script) => _workflows[script.Name](context, script.Argument);

    internal Task<string> RunActivity(ActivityContext context, Script script)
    {
        Runs.AddOrUpdate(script.Name, 1, static (_, runs) => runs + 1);
        return _activities[script.Name](context, script.Argument);
    }
}
