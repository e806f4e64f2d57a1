namespace Understudy.Workflows.Batches;

/// <summary>What the first step of a shard found.</summary>
/// <param name="Records">Records that can be answered.</param>
/// <param name="Deferred">Those that no student answers.</param>
/// <param name="MalformedLines">The numbers of the lines that were quarantined.</param>
/// <param name="Problem">Why the batch cannot go on; null when it can.</param>
/// <param name="Answers">What students answered; null when none of its lines could be used, and where the last step answers all.</param>
internal sealed record ShardCascade(int Records, int Deferred, IReadOnlyList<long> MalformedLines, string? Problem = null, ShardAnswers? Answers = null);
