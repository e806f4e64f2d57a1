using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Quality;

namespace Understudy.Workflows.Batches;

/// <summary>Reads a shard, quarantines what is malformed, and lets the students vote on the rest.</summary>
internal sealed class CascadeShardActivity(BlobServiceClient blobs, WorkLines work, ReleaseCatalog catalog, JointInference inference, QualityLog quality)
    : Activity<ShardInput, ShardCascade>
{
    public override async Task<ShardCascade> RunAsync(ActivityContext context, ShardInput input)
    {
        ShardLines lines;
        try
        {
            lines = await ReadAsync(input, context.CancellationToken);
        }
        catch (RequestFailedException exception) when (InputBlob.IsGone(exception))
        {
            return new(0, 0, [], InputBlob.Describe(input.Batch));
        }

        if (lines.Quarantined.Count > 0)
        {
            await work.WriteAsync(input.Quarantined, lines.Quarantined, context.CancellationToken);
        }

        var deferred = lines.Usable.Count == 0 ? 0 : await VoteAsync(input, lines.Usable, context.CancellationToken);
        return new(lines.Usable.Count, deferred, [.. lines.Quarantined.Select(line => line.Line)]);
    }

    private async Task<int> VoteAsync(ShardInput input, List<ShardItem> usable, CancellationToken cancellationToken)
    {
        using var lease = catalog.Acquire(input.Batch.Task, input.Batch.Release);
        var compressed = inference.Compress(lease.Release, [.. usable.Select(item => item.Item)]);
        var voted = await inference.CascadeAsync(lease.Release, compressed, cancellationToken);

        // Only what the lead will read keeps its text: the rest travels as votes.
        var slim = voted.Select((item, index) => new ShardItem(
            usable[index].Line,
            item.Deferred ? item : item with { Input = "", CompressedInput = null }));
        await work.WriteAsync(input.Items, slim, cancellationToken);
        if (lease.Release.Definition.Audit is not null)
        {
            // Here, while the text is there; and after the step has left its blob, since what is shown is counted and may cost an audit.
            var answered = voted.Where(item => !item.Deferred).ToList();
            quality.Answered(lease.Release, answered, inference.Stack(lease.Release, answered, count: false), input.Store);
        }

        return voted.Count(item => item.Deferred);
    }

    private async Task<ShardLines> ReadAsync(ShardInput input, CancellationToken cancellationToken)
    {
        var blob = blobs.GetBlobContainerClient(BlobContainers.Batches).GetBlobClient(input.Batch.Blob);
        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(input.Shard.Offset, input.Shard.Bytes),
            Conditions = new BlobRequestConditions { IfMatch = new ETag(input.Batch.ETag) },
        };
        var content = await blob.DownloadContentAsync(options, cancellationToken);
        var lines = new ShardLines(input.Batch.Settings.MaxCharacters);
        await foreach (var line in DatasetReader.ReadAsync(content.Value.Content.ToStream(), cancellationToken))
        {
            lines.Add(line with { Number = line.Number + input.Shard.FirstLine - 1 });
        }

        return lines;
    }
}
