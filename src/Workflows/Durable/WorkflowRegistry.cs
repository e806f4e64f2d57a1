using Microsoft.Extensions.DependencyInjection;

namespace Understudy.Workflows.Durable;

/// <summary>
/// The workflows and activities of an application, by name: each engine reads it to know what it may run.
/// Filled at start-up, read-only afterwards.
/// </summary>
public sealed class WorkflowRegistry
{
    private readonly Dictionary<string, WorkflowRegistration> _workflows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ActivityRegistration> _activities = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, WorkflowRegistration> Workflows => _workflows;

    public IReadOnlyDictionary<string, ActivityRegistration> Activities => _activities;

    /// <summary>Adds a workflow; built anew for every run, with its constructor's services.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public WorkflowRegistry AddWorkflow<TWorkflow, TIn, TOut>(WorkflowName<TIn, TOut> name)
        where TWorkflow : Workflow<TIn, TOut>
    {
        _workflows.Add(name.Value, new(name.Value, typeof(TIn), typeof(TOut), async (services, context, input) =>
            await ActivatorUtilities.CreateInstance<TWorkflow>(services).RunAsync(context, (TIn)input!)));
        return this;
    }

    /// <summary>Adds an activity; built anew for every run, with its constructor's services.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public WorkflowRegistry AddActivity<TActivity, TIn, TOut>(ActivityName<TIn, TOut> name)
        where TActivity : Activity<TIn, TOut>
    {
        _activities.Add(name.Value, new(name.Value, typeof(TIn), typeof(TOut), async (services, context, input) =>
            await ActivatorUtilities.CreateInstance<TActivity>(services).RunAsync(context, (TIn)input!)));
        return this;
    }
}
