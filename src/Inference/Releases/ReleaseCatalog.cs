using Understudy.Inference.Tasks;

namespace Understudy.Inference.Releases;

public sealed class ReleaseCatalog(string modelsFolder, TimeProvider? time = null) : IDisposable
{
    public string ModelsFolder { get; } = Path.GetFullPath(modelsFolder);
    internal TimeProvider Time { get; } = time ?? TimeProvider.System;
    public IReadOnlyList<TaskDefinition> Tasks => throw new NotImplementedException();
    public TaskDefinition Task(string task) => throw new NotImplementedException();
    public ReleaseLease Acquire(string task, string? version = null) => throw new NotImplementedException();
    public IReadOnlyList<ReleaseSummary> List(string task) => throw new NotImplementedException();

    /// <summary>The version that <c>stable</c>, <c>previous</c> or <c>candidate</c> points to, or <see langword="null"/>.</summary>
    public string? Channel(string task, string channel) => throw new NotImplementedException();
    public System.Threading.Tasks.Task PromoteAsync(string task, string version, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    public System.Threading.Tasks.Task RollbackAsync(string task, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Points the <c>candidate</c> channel to a release, which does not serve it yet.</summary>
    public System.Threading.Tasks.Task NominateAsync(string task, string version, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    public void Dispose() { }
}
