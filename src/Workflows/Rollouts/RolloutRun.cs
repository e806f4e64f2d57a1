namespace Understudy.Workflows.Rollouts;

/// <summary>What all steps of one rollout share.</summary>
internal sealed record RolloutRun(RolloutInput Input, RolloutPlan Plan, DateTimeOffset StartedAt)
{
    private DateTimeOffset Since => Plan.Since ?? StartedAt;

    public RolloutGroup Group(IReadOnlyList<string> sites) => new(Input.Task, Input.Version, Plan.Package, Since, sites);

    /// <param name="offered">The rollout's pointers, as far as they are known.</param>
    public RolloutGroup Back(IReadOnlyList<string> sites, IReadOnlyDictionary<string, long?> offered) => Group(sites) with { Sequences = sites.ToDictionary(site => site, site => offered[site]) };

    public RolloutEnd End() => new(Input.Task, Plan.Package, Since);

    public RolloutCheck Check(IReadOnlyList<OfferedSite> sites) => new(Input.Task, Plan.Package, sites);

    public RolloutProgress Progress(string stage, IReadOnlyList<RolloutRing> rings) => new(
        stage, Plan.Sites.Count, rings.Sum(ring => ring.Pending.Count + ring.Updated.Count + ring.Failed.Count), rings.Sum(ring => ring.Updated.Count), rings.Sum(ring => ring.Failed.Count));

    public RolloutResult Result(IReadOnlyList<RolloutRing> rings, string? reason, bool superseded, DateTimeOffset now) => new(
        Input.Task,
        Input.Version,
        Plan.Package,
        superseded ? RolloutResult.Superseded : reason is not null ? RolloutResult.RolledBack : Plan.Sites.Count == 0 ? RolloutResult.NoSites : RolloutResult.Completed,
        reason,
        [.. rings.SelectMany(ring => ring.Updated).Select(site => site.Site)],
        [.. rings.SelectMany(ring => ring.Failed)],
        [.. rings.SelectMany(ring => ring.Pending).Select(site => site.Site)],
        StartedAt,
        now);
}
