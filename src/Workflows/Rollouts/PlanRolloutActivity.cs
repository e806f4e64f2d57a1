using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Understudy.Inference.Sites;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Rollouts;

/// <summary>Packs the release, has earlier rollouts of the task end, and looks which sites there are.</summary>
internal sealed class PlanRolloutActivity(
    PackageArchive archive, SiteFolders folders, RolloutOrder order, SiteReports reports, IOptions<RolloutOptions> options, TimeProvider time) : Activity<RolloutQuestion, RolloutPlan>
{
    public override async Task<RolloutPlan> RunAsync(ActivityContext context, RolloutQuestion input)
    {
        var settings = input.Settings ?? options.Value.Settings;
        bool? choice;
        string address;
        try
        {
            choice = archive.NeedsLead(input.Task, input.Version) ? null : settings.WithLead ?? await order.SentLeadAsync(input.Task, context.CancellationToken);
            settings = settings with { WithLead = settings.WithLead ?? choice ?? true };
            (_, address) = await archive.EnsureAsync(input.Task, input.Version, settings.WithLead.Value, context.CancellationToken);
        }
        catch (RolloutRejectedException error)
        {
            return new("", [], 0, settings, new(), error.Message);
        }

        // Before the folders are read, so that none is pointed elsewhere meanwhile.
        DateTimeOffset? number = input.Since is { } since
            ? await order.BeginAsync(input.Task, context.InstanceId, since, address, settings.Sites is null ? choice : null, context.CancellationToken)
            : null;

        List<(string Site, int Hours)> sites = [];
        var before = new SiteCounts();
        foreach (var site in (settings.Sites ?? await SitesAsync(input.Task, settings, context.CancellationToken)).Distinct())
        {
            var status = await reports.StatusAsync(site, input.Task, context.CancellationToken);
            if (settings.Serving is { } serving && status?.Version != serving
                && await folders.PointedToAsync(site, input.Task, context.CancellationToken) != serving)
            {
                continue;
            }

            var heard = status?.At ?? (await reports.PresenceAsync(site, context.CancellationToken))?.StartedAt;
            sites.Add((site, heard is { } at ? (int)Math.Max(0, (time.GetUtcNow() - at).TotalHours) : int.MaxValue));
            before += status?.Counts ?? new();
        }

        // Who was heard of last is likeliest to be there. Of those of the same hour, which are first differs from release to release.
        var ranked = sites.OrderBy(site => site.Hours).ThenBy(site => Rank(input, site.Site), StringComparer.Ordinal).Select(site => site.Site).ToList();
        var canaries = Math.Clamp((int)Math.Ceiling(settings.CanaryShare * ranked.Count), Math.Min(1, ranked.Count), ranked.Count);
        return new(address, ranked, canaries, settings, before, Since: number);
    }

    /// <summary>Those that make themselves known; where a release is taken back also those that were pointed to it by name and have not been heard of yet.</summary>
    private async Task<IEnumerable<string>> SitesAsync(string task, RolloutSettings settings, CancellationToken cancellationToken)
    {
        var known = await reports.SitesAsync(task, cancellationToken);
        return settings.Serving is null ? known : known.Concat(await folders.SitesAsync(cancellationToken));
    }

    private static string Rank(RolloutQuestion input, string site) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{input.Task}\n{input.Version}\n{site}")));
}
