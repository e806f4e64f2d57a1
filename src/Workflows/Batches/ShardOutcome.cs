namespace Understudy.Workflows.Batches;

/// <summary>A shard that has passed all its steps.</summary>
/// <param name="Answers">Null when none of its lines could be used.</param>
internal sealed record ShardOutcome(Shard Shard, ShardCascade Cascade, ShardAnswers? Answers);
