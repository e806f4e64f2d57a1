namespace Understudy.Workflows.Batches;

/// <summary>A shard that has passed all its steps.</summary>
/// <param name="Verified">What came of asking the lead; null when it was not asked.</param>
/// <param name="Answers">To the records that the lead was asked about; null when it was not.</param>
internal sealed record ShardOutcome(Shard Shard, ShardCascade Cascade, ShardAnswers? Answers, ShardVerified? Verified = null);
