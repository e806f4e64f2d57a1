using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Batches;

/// <summary>Turns the votes on what the lead was asked about into answers, and quarantines what it does not take and no student can answer.</summary>
internal sealed class StackShardActivity(WorkLines work, ReleaseCatalog catalog, JointInference inference, IAnswerObserver observer)
    : Activity<ShardInput, ShardAnswers>
{
    public override async Task<ShardAnswers> RunAsync(ActivityContext context, ShardInput input)
    {
        var items = await work.ReadAsync<ShardItem>(input.Latest, context.CancellationToken);
        var refused = items.Where(item => JointInference.IsRefused(item.Item)).ToList();
        var answered = items.Where(item => !JointInference.IsRefused(item.Item)).ToList();
        using var lease = catalog.Acquire(input.Batch.Task, input.Batch.Release);
        var answers = inference.Stack(lease.Release, [.. answered.Select(item => item.Item)]);
        if (refused.Count > 0)
        {
            await work.WriteAsync(input.Refused, refused.Select(Quarantined), context.CancellationToken);
        }

        await work.WriteAsync(input.Results, InOrder(items, answers, places: input.AtOnce), context.CancellationToken);

        // What students answered was shown when they did.
        var judged = answered.Zip(answers).Where(pair => pair.First.Item.Deferred).ToList();
        observer.Answered(lease.Release, judged.ConvertAll(pair => pair.First.Item), judged.ConvertAll(pair => pair.Second), input.Store);

        return ShardAnswers.Of(answers) with { RefusedLines = refused.Count == 0 ? null : refused.ConvertAll(item => item.Line) };
    }

    /// <param name="places">Whether what was refused leaves an empty line, where the first step left a place for it.</param>
    private static IEnumerable<BatchResult?> InOrder(List<ShardItem> items, IReadOnlyList<Answer> answers, bool places)
    {
        var next = 0;
        foreach (var item in items)
        {
            if (!JointInference.IsRefused(item.Item))
            {
                yield return BatchResult.Of(answers[next++], item.Line);
            }
            else if (places)
            {
                yield return null;
            }
        }
    }

    private static QuarantinedLine Quarantined(ShardItem item) => new(
        item.Line,
        item.Item.Unanswered!,
        JsonSerializer.Serialize(new DatasetRecord { Id = item.Item.Id, Text = item.Item.Input }, DurableJson.Options));
}
