using System.Collections.Concurrent;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.LanguageModels;

/// <summary>The models that are served, by name; filled once, on start. Thread-safe.</summary>
internal sealed class ModelShelf : IDisposable
{
    private readonly ConcurrentDictionary<string, ServedModel> _models = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _problems = [];
    private volatile bool _complete;

    /// <summary>Whether all that there is has been loaded, or has failed to.</summary>
    public bool IsComplete => _complete;

    /// <summary>Why a model, or any, is not served.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    /// <summary>By name.</summary>
    public IReadOnlyList<KeyValuePair<string, ServedModel>> Models => [.. _models.OrderBy(model => model.Key, StringComparer.Ordinal)];

    /// <exception cref="ModelNotFoundException">None of that name is served.</exception>
    /// <exception cref="NotReadyException">Not all are loaded yet, and this is not among those that are.</exception>
    public ServedModel Get(string name) => _models.TryGetValue(name, out var model)
        ? model
        : throw (IsComplete ? new ModelNotFoundException(name, Models.Select(served => served.Key)) : new NotReadyException("The models are still being loaded. Try again in a few seconds; /health/ready tells when."));

    public void Add(ModelSource source, ServedModel model)
    {
        foreach (var name in source.Names)
        {
            _models[name] = model;
        }
    }

    public void Fail(string problem) => _problems.Enqueue(problem);

    public void Complete() => _complete = true;

    public void Dispose()
    {
        foreach (var model in _models.Values.Distinct())
        {
            model.Dispose();
        }
    }
}
