namespace Understudy.Workflows.Rollouts;

/// <summary>The account of a finished rollout; also the data of its event.</summary>
/// <param name="Outcome"><see cref="Completed"/>, <see cref="RolledBack"/>, <see cref="Superseded"/>, or <see cref="NoSites"/>.</param>
/// <param name="Reason">Why it went back or ended early; null when it did neither.</param>
/// <param name="Package">The address of what was sent.</param>
/// <param name="Updated">Sites that serve it.</param>
/// <param name="Failed">Sites that refused it or took it back.</param>
/// <param name="Away">Sites that have not answered; their folders say what they are to serve when they come back.</param>
public sealed record RolloutResult(
    string Task,
    string Version,
    string Package,
    string Outcome,
    string? Reason,
    IReadOnlyList<string> Updated,
    IReadOnlyList<FailedSite> Failed,
    IReadOnlyList<string> Away,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt)
{
    public const string Completed = "completed", RolledBack = "rolled-back", Superseded = "superseded", NoSites = "no-sites";
}
