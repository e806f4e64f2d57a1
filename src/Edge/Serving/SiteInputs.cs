using Understudy.Edge.Releases;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;

namespace Understudy.Edge.Serving;

/// <summary>Counts what students say of a site's inputs, where the task is audited: whether they have drifted is found out in the cloud, which has the calibration set. Thread-safe.</summary>
internal sealed class SiteInputs(SiteReleases releases, TaskAccounts accounts) : IAnswerObserver
{
    public void Voted(Release release, IReadOnlyList<PipelineItem> items)
    {
        if (release.Definition.Audit is not null && InputCounts.Of(release, items) is { } inputs)
        {
            accounts.Add(release.Manifest.Task, releases.PackageOf(release), new() { Inputs = inputs });
        }
    }

    public void Answered(Release release, IReadOnlyList<PipelineItem> items, IReadOnlyList<Answer> answers, bool store = true)
    {
        // What becomes of them is counted by their receipts.
    }
}
