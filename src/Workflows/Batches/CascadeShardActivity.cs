using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Batches;

/// <summary>Reads a shard, quarantines what is malformed, and lets the students answer what they are sure of.</summary>
internal sealed class CascadeShardActivity(BlobServiceClient blobs, WorkLines work, ReleaseCatalog catalog, JointInference inference, IAnswerObserver observer)
    : Activity<ShardInput, ShardCascade>
{
    public override async Task<ShardCascade> RunAsync(ActivityContext context, ShardInput input)
    {
        using var lease = catalog.Acquire(input.Batch.Task, input.Batch.Release);
        ShardLines lines;
        try
        {
            lines = await ReadAsync(input, lease.Release, context.CancellationToken);
        }
        catch (RequestFailedException exception) when (InputBlob.IsGone(exception))
        {
            return new(0, 0, [], InputBlob.Describe(input.Batch));
        }

        if (lines.Quarantined.Count > 0)
        {
            await work.CreateAsync(input.Quarantined, lines.Quarantined, context.CancellationToken); // the last step adds to it
        }

        IReadOnlyList<long> malformed = [.. lines.Quarantined.Select(line => line.Line)];
        return lines.Usable.Count == 0 ? new(0, 0, malformed) : await VoteAsync(input, lease.Release, lines.Usable, malformed, context.CancellationToken);
    }

    private async Task<ShardCascade> VoteAsync(
        ShardInput input, Release release, List<ShardItem> usable, IReadOnlyList<long> malformed, CancellationToken cancellationToken)
    {
        var compressed = inference.Compress(release, [.. usable.Select(item => item.Item)]);
        var voted = await inference.CascadeAsync(release, compressed, cancellationToken);

        // Only what the lead will read keeps its text.
        var answered = voted.Where(item => !item.Deferred).ToList();
        var travelling = usable.Zip(voted, (item, vote) => item with { Item = vote.Deferred ? vote : vote with { Input = "", CompressedInput = null } });
        var answers = inference.Stack(release, answered, count: input.AtOnce);
        if (!input.AtOnce)
        {
            await work.WriteAsync(input.Items, travelling, cancellationToken);
        }
        else
        {
            if (answered.Count < usable.Count)
            {
                await work.WriteAsync(input.Items, travelling.Where(item => item.Item.Deferred), cancellationToken);
            }

            await work.WriteAsync(input.Answered, InOrder(usable, voted, answers), cancellationToken);
        }

        // After the step has left its blobs, since what is shown is counted and may cost an audit.
        observer.Voted(release, voted);
        observer.Answered(release, answered, answers, input.Store);
        return new(usable.Count, usable.Count - answered.Count, malformed, Answers: input.AtOnce ? ShardAnswers.Of(answers) : null);
    }

    /// <summary>A result for each record that a student answered, and null in the place of each other.</summary>
    private static IEnumerable<BatchResult?> InOrder(List<ShardItem> usable, IReadOnlyList<PipelineItem> voted, IReadOnlyList<Answer> answers)
    {
        var next = 0;
        for (var i = 0; i < usable.Count; i++)
        {
            yield return voted[i].Deferred ? null : BatchResult.Of(answers[next++], usable[i].Line);
        }
    }

    private async Task<ShardLines> ReadAsync(ShardInput input, Release release, CancellationToken cancellationToken)
    {
        var blob = blobs.GetBlobContainerClient(BlobContainers.Batches).GetBlobClient(input.Batch.Blob);
        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(input.Shard.Offset, input.Shard.Bytes),
            Conditions = new BlobRequestConditions { IfMatch = new ETag(input.Batch.ETag) },
        };
        // As it arrives: a line is a shard of its own however long it is, and one that is too long is not held.
        using BlobDownloadStreamingResult download = await blob.DownloadStreamingAsync(options, cancellationToken);
        var lines = new ShardLines(input.Batch.Settings.MaxCharacters, release.TooLong);
        await foreach (var line in DatasetReader.ReadAsync(download.Content, cancellationToken))
        {
            lines.Add(line with { Number = line.Number + input.Shard.FirstLine - 1 });
        }

        return lines;
    }
}
