using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Tests.Pipelines;

/// <summary>Stage 3 as requests that are answered at once run it: what nobody answers is thrown.</summary>
internal static class StageOfRequests
{
    private static readonly TierScorer Scorer = new(shared: false, TimeProvider.System);

    public static ValueTask<IReadOnlyList<PipelineItem>> VerifyAsync(Release release, IReadOnlyList<PipelineItem> items) =>
        VerifyStage.RunAsync(release, items, new ReleaseLead(Scorer), Scorer, LeadAbsence.Degrade, marks: false, TestContext.Current.CancellationToken);
}
