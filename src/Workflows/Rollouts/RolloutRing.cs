using Understudy.Inference.Sites;

namespace Understudy.Workflows.Rollouts;

/// <summary>Where one ring of a rollout stands. Deterministic; lives in the workflow.</summary>
internal sealed class RolloutRing(IReadOnlyList<OfferedSite> sites)
{
    /// <summary>Fewer inputs than this say nothing about errors.</summary>
    private const int LeastInputs = 20;

    /// <summary>Fewer labels than this that the lead has seen say nothing about agreement.</summary>
    private const int LeastChecked = 30;

    private readonly Dictionary<string, OfferedSite> _pending = sites.ToDictionary(site => site.Site);
    private readonly Dictionary<string, OfferedSite> _updated = [];
    private readonly List<FailedSite> _failed = [];
    private SiteCounts _counts = new();

    /// <summary>Not heard of yet.</summary>
    public IReadOnlyList<OfferedSite> Pending => [.. sites.Where(site => _pending.ContainsKey(site.Site))];

    public IReadOnlyList<OfferedSite> Updated => [.. sites.Where(site => _updated.ContainsKey(site.Site))];

    public IReadOnlyList<FailedSite> Failed => _failed;

    /// <summary>Takes in what those that were pending report.</summary>
    public void Heard(RolloutHealth health)
    {
        foreach (var site in health.Updated)
        {
            _pending.Remove(site, out var offered);
            _updated[site] = offered!;
        }

        Fail(health);
    }

    /// <summary>Takes in what those that serve report after a while: some may have taken it back.</summary>
    public void HeardAgain(RolloutHealth health)
    {
        _counts = health.Counts;
        Fail(health);
    }

    /// <summary>Why everything is to go back; null for no reason.</summary>
    public string? Regression(RolloutSettings settings, SiteCounts before)
    {
        if (_failed.Count > settings.MaxFailedShare * sites.Count)
        {
            return $"{_failed.Count} of {sites.Count} sites refused it or took it back, {_failed[0].Site} because: {_failed[0].Reason}";
        }

        if (_counts.Answers + _counts.Errors >= LeastInputs && ErrorRate(_counts) > Math.Max(settings.MaxErrorRate, ErrorRate(before)))
        {
            return FormattableString.Invariant($"{ErrorRate(_counts):P1} of {_counts.Answers + _counts.Errors} inputs failed");
        }

        return _counts.Escalated >= LeastChecked && before.Escalated >= LeastChecked && Agreement(_counts) < Agreement(before) - settings.MaxAgreementLoss
            ? FormattableString.Invariant($"the lead confirms {Agreement(_counts):P1} of {_counts.Escalated} labels that it checked, and {Agreement(before):P1} before")
            : null;
    }

    private void Fail(RolloutHealth health)
    {
        foreach (var site in health.Failed)
        {
            _pending.Remove(site.Site);
            _updated.Remove(site.Site);
            _failed.Add(site);
        }
    }

    private static double ErrorRate(SiteCounts counts) => (double)counts.Errors / Math.Max(1, counts.Answers + counts.Errors);

    private static double Agreement(SiteCounts counts) => (double)counts.Agreed / Math.Max(1, counts.Escalated);
}
