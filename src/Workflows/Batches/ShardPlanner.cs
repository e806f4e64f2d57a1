using System.Buffers;

namespace Understudy.Workflows.Batches;

/// <summary>Cuts a stream of lines into shards of so many records, and not much more than <see cref="ShardBytes"/> bytes.</summary>
internal static class ShardPlanner
{
    /// <summary>A shard ends after the line that passes this size, however few records it has.</summary>
    private const int ShardBytes = 8 * 1024 * 1024;

    public static async Task<BatchPlan> PlanAsync(Stream stream, BatchSettings settings, CancellationToken cancellationToken)
    {
        var cut = new ShardCut(settings.ShardRecords, ShardBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                cut.Feed(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var shards = cut.Finish();
        return cut.Records switch
        {
            0 => new(0, [], "The batch holds no records. Give one JSON object a line, each with a 'text'."),
            var records when records > settings.MaxRecords => new(records, [],
                $"The batch holds {records} records; the limit is {settings.MaxRecords}. Split it into several blobs, or raise Limits:BatchRecords."),
            var records => new(records, shards),
        };
    }
}
