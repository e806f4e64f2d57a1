namespace Understudy.Inference.Tasks;

/// <summary>There is no task of that name.</summary>
public sealed class TaskNotFoundException(string task, IReadOnlyList<string> known)
    : Exception($"There is no task '{task}'. "
        + (known.Count == 0 ? "No task is defined yet: add models/<task>/task.json." : $"Known tasks: {string.Join(", ", known)}."));
