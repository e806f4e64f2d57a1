namespace Understudy.Api.Tasks;

/// <summary>The tasks that are defined.</summary>
public sealed record TaskList(IReadOnlyList<TaskView> Tasks);
