using System.Globalization;
using Understudy.Inference.Batching;
using Understudy.Inference.Cascades;
using Understudy.Inference.Receipts;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Pipelines;

/// <summary>
/// Stage 2: the students, cheapest first; each is asked only about what those before it were not sure of. One that fails is passed over,
/// and one that may never answer is not asked at all.
/// </summary>
internal static class CascadeStage
{
    private const string Name = "cascade";

    private const string FailedMark = " failed: ";

    /// <summary>Whether a student failed on the way, though another may have answered.</summary>
    public static bool HasFailure(IReadOnlyList<ReceiptStage> stages) =>
        stages.Any(stage => stage.Name == Name && stage.Reason?.Contains(FailedMark, StringComparison.Ordinal) == true);

    public static async ValueTask<IReadOnlyList<PipelineItem>> RunAsync(
        Release release, IReadOnlyList<PipelineItem> items, TierScorer scorer, CancellationToken cancellationToken)
    {
        var votes = new List<TierVote>[items.Count];
        for (var i = 0; i < votes.Length; i++)
        {
            votes[i] = [.. items[i].Votes];
        }

        var failures = "";
        var open = Enumerable.Range(0, items.Count).ToList();
        foreach (var student in release.Students.Where(s => s.MayAnswer))
        {
            if (open.Count == 0)
            {
                break;
            }

            TierVote[] asked;
            try
            {
                asked = await scorer.VoteAsync(student, open.ConvertAll(i => items[i]), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not (OperationCanceledException or OverloadedException))
            {
                failures += $"; {student.Name}{FailedMark}{error.Message}";
                continue; // whoever comes next is asked instead
            }

            List<int> undecided = [];
            for (var i = 0; i < asked.Length; i++)
            {
                var vote = VotePool.Join(release.Students, student, asked[i], votes[open[i]]);
                votes[open[i]].Add(vote);
                if (!vote.Answers)
                {
                    undecided.Add(open[i]);
                }
            }

            open = undecided;
        }

        var result = new PipelineItem[items.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Finish(items[i], votes[i], release.Students, failures);
        }

        return result;
    }

    private static PipelineItem Finish(PipelineItem item, List<TierVote> votes, IReadOnlyList<Tier> students, string failures)
    {
        var last = votes.Count > 0 ? votes[^1] : null;
        var deferred = last is not { Answers: true };
        var milliseconds = 0.0;
        foreach (var vote in votes)
        {
            milliseconds += vote.Milliseconds;
        }

        var reason = !deferred
            ? string.Create(CultureInfo.InvariantCulture, $"{last!.Tier}{(last.Pooled is null ? "" : ", with those before it,")} is {last.Confidence:0.####} sure and needs {last.Threshold:0.####}")
            : last is { Alone: true } ? $"{last.Tier} was to join a student that failed"
            : students.Count == 0 ? "the release has no students"
            : students.Any(s => s.MayAnswer) ? "no student was sure enough" : "the release lets no student answer";
        return item with
        {
            Votes = votes,
            Deferred = deferred,
            Stages = [.. item.Stages, new ReceiptStage(Name, deferred ? "deferred" : "answered", reason + failures, milliseconds)],
        };
    }
}
