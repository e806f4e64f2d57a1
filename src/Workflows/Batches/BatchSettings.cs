using Understudy.Workflows.Limits;

namespace Understudy.Workflows.Batches;

/// <summary>The limits and sizes that one batch runs under.</summary>
/// <param name="MaxRecords">The most records.</param>
/// <param name="MaxCharacters">The longest input, in UTF-16 characters.</param>
/// <param name="ShardRecords">Records a shard.</param>
/// <param name="ShardsInFlight">Shards worked on at the same time.</param>
public sealed record BatchSettings(int MaxRecords, int MaxCharacters, int ShardRecords, int ShardsInFlight)
{
    internal static BatchSettings From(UnderstudyLimits limits) =>
        new(limits.BatchRecords, limits.InputCharacters, limits.ShardRecords, limits.ShardsInFlight);
}
