namespace Understudy.Inference.Tasks;

/// <summary>A task definition cannot be used; <see cref="Problems"/> lists everything that is wrong with it.</summary>
public sealed class TaskInvalidException(string path, IReadOnlyList<string> problems)
    : Exception($"The task definition '{path}' has {problems.Count} problem(s):\n- {string.Join("\n- ", problems)}")
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
