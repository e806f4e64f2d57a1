namespace Understudy.Workflows.Batches;

/// <summary>Where a batch stands.</summary>
/// <param name="Stage"><c>split</c>, <c>answer</c>, <c>merge</c> or <c>done</c>.</param>
/// <param name="Done">Records answered or quarantined.</param>
/// <param name="Total">Records in all; 0 while not yet known.</param>
/// <param name="Shares">The share of answers by the tier that gave them; sums to 1 once there are any.</param>
/// <param name="Malformed">Lines quarantined.</param>
/// <param name="RecordsPerSecond">The pace since the first shard began.</param>
/// <param name="ExpectedAt">When the last record should be done at that pace.</param>
public sealed record BatchProgress(
    string Stage,
    int Done,
    int Total,
    IReadOnlyDictionary<string, double> Shares,
    int Malformed,
    double RecordsPerSecond,
    DateTimeOffset? ExpectedAt);
