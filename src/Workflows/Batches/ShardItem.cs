using Understudy.Inference.Pipelines;

namespace Understudy.Workflows.Batches;

/// <summary>A record between two steps of its shard.</summary>
/// <param name="Line">Its line in the input, from 1.</param>
internal sealed record ShardItem(long Line, PipelineItem Item);
