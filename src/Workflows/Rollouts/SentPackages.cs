namespace Understudy.Workflows.Rollouts;

/// <summary>What is known of a task's rollouts, in <c>work/rollouts/{task}.json</c>.</summary>
/// <param name="Latest">The latest one's number, see <see cref="RolloutOrder.BeginAsync"/>; null before the first.</param>
/// <param name="Packages">What was sent, in the order in which that began: addresses, and whether a rollout of each has ended well.</param>
/// <param name="LatestPackage">What the latest sends; null where that is not known.</param>
/// <param name="LatestRun">The latest one's instance; null where that is not known.</param>
/// <param name="LatestBegan">When the latest one began, by its host's clock; null where that is not known. <see cref="Latest"/> is later where the clock was set back before.</param>
/// <param name="WithLead">Whether the last rollout to all sites that had the choice sent the lead along; null where that is not known.</param>
internal sealed record SentPackages(
    DateTimeOffset? Latest, IReadOnlyList<SentPackage> Packages, string? LatestPackage = null, string? LatestRun = null, DateTimeOffset? LatestBegan = null, bool? WithLead = null)
{
    /// <summary>Packages that are remembered: to older ones no site is led back any more.</summary>
    private const int Most = 50;

    /// <summary>Whether it was sent and no rollout of it has ended well. What was sent before this was noted counts as well ended.</summary>
    public bool IsOnTrial(string address) => Packages.Any(package => package.Address == address && !package.EndedWell);

    /// <summary>With a rollout that is the latest.</summary>
    public SentPackages Begin(DateTimeOffset since, string address) => this with
    {
        Latest = since,
        LatestRun = Latest == since ? LatestRun : null,
        LatestBegan = Latest == since ? LatestBegan : null,
        LatestPackage = address,
        Packages = Packages.Any(package => package.Address == address) ? Packages : [.. Packages.TakeLast(Most - 1), new(address, EndedWell: false)],
    };

    /// <summary>With a rollout that ended well.</summary>
    public SentPackages End(string address) =>
        this with { Packages = [.. Packages.Select(package => package.Address == address ? package with { EndedWell = true } : package)] };
}
