using Understudy.Inference.Releases;
using Understudy.Workflows.Limits;

namespace Understudy.Workflows.Batches;

/// <summary>The limits and sizes that one batch runs under.</summary>
/// <param name="MaxRecords">The most records.</param>
/// <param name="MaxCharacters">The longest input, in UTF-16 characters.</param>
/// <param name="ShardRecords">Records a shard.</param>
/// <param name="ShardsInFlight">Shards worked on at the same time.</param>
public sealed record BatchSettings(int MaxRecords, int MaxCharacters, int ShardRecords, int ShardsInFlight)
{
    /// <summary>What a step would take of the lead's time at most, were it asked about a whole shard.</summary>
    private const double ShardMilliseconds = 60_000;

    /// <summary>Records a shard at most where nobody knows how long the lead takes, as of language models, or where it is behind an endpoint: asking again costs money there.</summary>
    private const int CautiousRecords = 256;

    /// <summary>What a batch of this release runs under.</summary>
    internal static BatchSettings From(UnderstudyLimits limits, Release release) => new(
        limits.BatchRecords,
        limits.InputCharacters,
        RecordsAShard(limits.ShardRecords, release.Definition.Lead is { IsRemote: true }, release.Lead.MillisecondsPerItem),
        limits.ShardsInFlight);

    /// <summary>As many as the limit allows: each shard has its own messages, history and blobs. Fewer where a shard that has to be done again would be dear.</summary>
    /// <param name="limit">Of the host.</param>
    /// <param name="isRemote">Whether the lead is behind an endpoint.</param>
    /// <param name="leadMilliseconds">Of an input, as the release has it; 0 for not measured.</param>
    internal static int RecordsAShard(int limit, bool isRemote, double leadMilliseconds) =>
        Math.Min(limit, isRemote || leadMilliseconds <= 0 ? CautiousRecords : (int)Math.Clamp(ShardMilliseconds / leadMilliseconds, 1, limit));
}
