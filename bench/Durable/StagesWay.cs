using Understudy.Bench.Serving;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Bench.Durable;

/// <summary>The records through the four stages, cut into the batch's shards, as many at a time, with nothing written down.</summary>
internal sealed class StagesWay(ServedTask served, int shardRecords, int shardsInFlight)
{
    private readonly JointInference _inference = served.Service<JointInference>();
    private readonly ReleaseCatalog _catalog = served.Service<ReleaseCatalog>();
    private readonly PipelineItem[][] _shards =
        [.. served.Texts.Select((text, index) => new PipelineItem { Id = $"line-{index + 1}", Input = text }).Chunk(shardRecords)];

    public Task RunAsync() => Parallel.ForEachAsync(
        _shards, new ParallelOptions { MaxDegreeOfParallelism = shardsInFlight }, async (shard, _) =>
        {
            using var lease = _catalog.Acquire(served.Task);
            var compressed = _inference.Compress(lease.Release, shard);
            _inference.Stack(lease.Release, await _inference.VerifyAsync(lease.Release, await _inference.CascadeAsync(lease.Release, compressed)));
        });
}
