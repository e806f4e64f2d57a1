using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Batches;

/// <summary>Turns the votes on what the lead was asked about into answers, and quarantines what nobody answered.</summary>
internal sealed class StackShardActivity(WorkLines work, ReleaseCatalog catalog, JointInference inference, IAnswerObserver observer)
    : Activity<ShardInput, ShardAnswers>
{
    public override async Task<ShardAnswers> RunAsync(ActivityContext context, ShardInput input)
    {
        var items = await work.ReadAsync<ShardItem>(input.Latest, context.CancellationToken);
        var unanswered = items.Where(item => item.Item.Unanswered is not null).ToList();
        var answered = items.Where(item => item.Item.Unanswered is null).ToList();
        using var lease = catalog.Acquire(input.Batch.Task, input.Batch.Release);
        var answers = inference.Stack(lease.Release, [.. answered.Select(item => item.Item)]);
        if (unanswered.Count > 0)
        {
            // With those that could not be read, so that a program of before joins them too.
            var malformed = await work.ReadIfAnyAsync<QuarantinedLine>(input.Quarantined, context.CancellationToken);
            await work.WriteAsync(input.Quarantined, unanswered.Select(Quarantined).UnionBy(malformed, line => line.Line).OrderBy(line => line.Line), context.CancellationToken);
        }

        await work.WriteAsync(input.Results, InOrder(items, answers, places: input.AtOnce), context.CancellationToken);

        // What students answered was shown when they did.
        var judged = answered.Zip(answers).Where(pair => pair.First.Item.Deferred).ToList();
        observer.Answered(lease.Release, judged.ConvertAll(pair => pair.First.Item), judged.ConvertAll(pair => pair.Second), input.Store);

        return ShardAnswers.Of(answers) with { UnansweredLines = unanswered.Count == 0 ? null : unanswered.ConvertAll(item => item.Line) };
    }

    /// <param name="places">Whether what nobody answered leaves an empty line, where the first step left a place for it.</param>
    private static IEnumerable<BatchResult?> InOrder(List<ShardItem> items, IReadOnlyList<Answer> answers, bool places)
    {
        var next = 0;
        foreach (var item in items)
        {
            if (item.Item.Unanswered is null)
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
