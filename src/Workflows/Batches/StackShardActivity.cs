using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Batches;

/// <summary>Turns the votes on what the lead was asked about into answers.</summary>
internal sealed class StackShardActivity(WorkLines work, ReleaseCatalog catalog, JointInference inference, IAnswerObserver observer)
    : Activity<ShardInput, ShardAnswers>
{
    public override async Task<ShardAnswers> RunAsync(ActivityContext context, ShardInput input)
    {
        var items = await work.ReadAsync<ShardItem>(input.Latest, context.CancellationToken);
        using var lease = catalog.Acquire(input.Batch.Task, input.Batch.Release);
        var answers = inference.Stack(lease.Release, [.. items.Select(item => item.Item)]);

        await work.WriteAsync(
            input.Results,
            answers.Zip(items, (answer, item) => BatchResult.Of(answer, item.Line)),
            context.CancellationToken);

        // What students answered was shown when they did.
        var judged = items.Zip(answers).Where(pair => pair.First.Item.Deferred).ToList();
        observer.Answered(lease.Release, judged.ConvertAll(pair => pair.First.Item), judged.ConvertAll(pair => pair.Second), input.Store);

        return ShardAnswers.Of(answers);
    }
}
