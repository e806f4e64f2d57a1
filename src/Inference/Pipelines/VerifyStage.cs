using Understudy.Inference.Batching;
using Understudy.Inference.Receipts;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Pipelines;

/// <summary>Stage 3: the lead answers what was deferred. If it fails, the best that the students can say stands, and the receipt says so.</summary>
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

        var texts = deferred.ConvertAll(i => items[i].Text());
        try
        {
            var votes = await scorer.VoteAsync(release.Lead, texts, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < votes.Length; i++)
            {
                result[deferred[i]] = Voted(items[deferred[i]], votes[i], new(Name, "answered", "the lead answered", votes[i].Milliseconds));
            }
        }
        catch (Exception error) when (IsFailure(error))
        {
            var standIns = await StandInsAsync(release, texts, scorer, cancellationToken).ConfigureAwait(false);
            if (standIns is null && deferred.Exists(i => items[i].Votes.Count == 0))
            {
                throw;
            }

            for (var i = 0; i < deferred.Count; i++)
            {
                var stage = new ReceiptStage(Name, Failed, $"the lead failed: {error.Message}", standIns?[i].Milliseconds ?? 0);
                result[deferred[i]] = Voted(items[deferred[i]], standIns?[i], stage);
            }
        }

        return result;
    }

    /// <summary>
    /// The cascade left out the students that may never answer. With the lead away the strongest of them speaks after all, beside those
    /// that were asked.
    /// </summary>
    /// <returns>A vote for each text; <see langword="null"/> when there is no such student, or none that works.</returns>
    private static async ValueTask<TierVote[]?> StandInsAsync(
        Release release, List<string> texts, TierScorer scorer, CancellationToken cancellationToken)
    {
        foreach (var student in release.Students.Where(s => !s.MayAnswer).Reverse())
        {
            try
            {
                return await scorer.VoteAsync(student, texts, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (IsFailure(error))
            {
                // The next one may work; what is reported is why the lead did not.
            }
        }

        return null;
    }

    /// <summary>A cancelled or refused request is the caller's to hear about; everything else is the model's own.</summary>
    private static bool IsFailure(Exception error) => error is not (OperationCanceledException or OverloadedException);

    private static PipelineItem Voted(PipelineItem item, TierVote? vote, ReceiptStage stage) =>
        With(item, stage) with { Votes = vote is null ? item.Votes : [.. item.Votes, vote] };

    private static PipelineItem With(PipelineItem item, ReceiptStage stage) => item with { Stages = [.. item.Stages, stage] };
}
