namespace Understudy.Workflows.Quality;

/// <summary>When drift of a task was last announced, and of which release; in <c>quality/{task}/drift.json</c>.</summary>
internal sealed record DriftMark(string Release, DateTimeOffset At);
