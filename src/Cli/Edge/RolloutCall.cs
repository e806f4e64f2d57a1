namespace Understudy.Cli.Edge;

/// <summary>The body of <c>POST /api/tasks/{task}/rollouts</c>.</summary>
internal sealed record RolloutCall(string? Version, IReadOnlyList<string>? Sites, double? SoakMinutes, double? PatienceMinutes);
