using Understudy.Inference.Batching;
using Understudy.Inference.Receipts;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Pipelines;

/// <summary>Stage 3: the lead answers what was deferred. If it fails, what the students said stands, and the receipt says so.</summary>
internal static class VerifyStage
{
    public const string Name = "verify";

    public const string Failed = "failed";

    public static async ValueTask<IReadOnlyList<PipelineItem>> RunAsync(
        Release release, IReadOnlyList<PipelineItem> items, TierScorer scorer, CancellationToken cancellationToken)
    {
        var deferred = Enumerable.Range(0, items.Count).Where(i => items[i].Deferred).ToList();
        var result = new PipelineItem[items.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = items[i].Deferred ? items[i] : With(items[i], new(Name, "passed", "a student was sure enough", 0));
        }

        if (deferred.Count == 0)
        {
            return result;
        }

        try
        {
            var votes = await scorer.VoteAsync(release.Lead, deferred.ConvertAll(i => items[i].Text()), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < votes.Length; i++)
            {
                var item = items[deferred[i]];
                result[deferred[i]] = With(item, new(Name, "answered", "the lead answered", votes[i].Milliseconds)) with { Votes = [.. item.Votes, votes[i]] };
            }
        }
        catch (Exception error) when (error is not (OperationCanceledException or OverloadedException) && deferred.TrueForAll(i => items[i].Votes.Count > 0))
        {
            foreach (var i in deferred)
            {
                result[i] = With(items[i], new(Name, Failed, $"the lead failed: {error.Message}", 0));
            }
        }

        return result;
    }

    private static PipelineItem With(PipelineItem item, ReceiptStage stage) => item with { Stages = [.. item.Stages, stage] };
}
