namespace Understudy.Workflows.Rollouts;

/// <summary>Which reports are to be read.</summary>
internal sealed record RolloutCheck(string Task, string Package, IReadOnlyList<OfferedSite> Sites);
