using Microsoft.Extensions.DependencyInjection;

namespace Understudy.Workflows.Durable;

/// <summary>
/// The workflows and activities of an application, by name: each engine reads it to know what it may run.
/// Filled at start-up, read-only afterwards.
/// </summary>
/// <param name="version">
/// The version that new runs are started with, from 1. A run and the sub-workflows that it starts keep theirs to the end: when a workflow's
/// steps change, raise this, and register the new code beside the old one until no run of the old version is left.
/// </param>
public sealed class WorkflowRegistry(int version = 1)
{
    private readonly Dictionary<string, WorkflowRegistration> _workflows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<WorkflowRegistration>> _everyCode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ActivityRegistration> _activities = new(StringComparer.Ordinal);

    /// <summary>The version that new runs are started with.</summary>
    public int Version { get; } = version >= 1 ? version : throw new ArgumentOutOfRangeException(nameof(version), version, "Versions count from 1.");

    /// <summary>The workflows as new runs have them.</summary>
    public IReadOnlyDictionary<string, WorkflowRegistration> Workflows => _workflows;

    public IReadOnlyDictionary<string, ActivityRegistration> Activities => _activities;

    /// <summary>The code of a workflow for runs of a version: the latest that is not newer. Null when there is none.</summary>
    public WorkflowRegistration? Find(string name, int version) =>
        _everyCode.GetValueOrDefault(name)?.Where(code => code.Since <= version).MaxBy(code => code.Since);

    /// <summary>Adds a workflow; built anew for every run, with its constructor's services.</summary>
    /// <param name="name">Its name, the same for every version of its code.</param>
    /// <param name="since">The first version whose runs have this code.</param>
    /// <exception cref="ArgumentException">There is code of that name and version already, or the version is above <see cref="Version"/>.</exception>
    public WorkflowRegistry AddWorkflow<TWorkflow, TIn, TOut>(WorkflowName<TIn, TOut> name, int since = 1)
        where TWorkflow : Workflow<TIn, TOut>
    {
        if (since < 1 || since > Version)
        {
            throw new ArgumentException($"Workflow '{name}' is of version {since}; this program's are 1 to {Version}.", nameof(since));
        }

        if (!_everyCode.TryGetValue(name.Value, out var codes))
        {
            _everyCode.Add(name.Value, codes = []);
        }
        else if (codes.Exists(code => code.Since == since))
        {
            throw new ArgumentException($"There is a workflow '{name}' of version {since} already.", nameof(name));
        }

        codes.Add(new(name.Value, typeof(TIn), typeof(TOut), async (services, context, input) =>
            await ActivatorUtilities.CreateInstance<TWorkflow>(services).RunAsync(context, (TIn)input!), since));
        _workflows[name.Value] = Find(name.Value, Version)!;
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
