using Understudy.Inference.Sites;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Rollouts;

/// <summary>Reads what sites report of a package.</summary>
internal sealed class CheckSitesActivity(SiteReports reports) : Activity<RolloutCheck, RolloutHealth>
{
    private const int Reads = 8;

    public override async Task<RolloutHealth> RunAsync(ActivityContext context, RolloutCheck input)
    {
        var statuses = new SiteStatus?[input.Sites.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, statuses.Length),
            new ParallelOptions { MaxDegreeOfParallelism = Reads, CancellationToken = context.CancellationToken },
            async (i, cancellationToken) => statuses[i] = await reports.StatusAsync(input.Sites[i].Site, input.Task, cancellationToken));

        List<string> updated = [];
        List<FailedSite> failed = [];
        var counts = new SiteCounts();
        foreach (var (site, status) in input.Sites.Zip(statuses))
        {
            if (status?.Refusal is { } refusal && refusal.Sequence >= site.Sequence && (refusal.Package is null || refusal.Package == input.Package))
            {
                failed.Add(new(site.Site, refusal.Reason));
            }
            else if (status is not null && status.Sequence >= site.Sequence && status.Package == input.Package)
            {
                updated.Add(site.Site);
                counts += status.Counts;
            }
        }

        return new(updated, failed, counts);
    }
}
