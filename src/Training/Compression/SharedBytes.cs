namespace Understudy.Training.Compression;

/// <summary>What two files of one layout have in common, by blocks: what need not travel when one replaces the other.</summary>
internal static class SharedBytes
{
    private const int Block = 4096;

    /// <returns>Bytes of <paramref name="after"/> in whole blocks that stand at the same place in <paramref name="before"/>.</returns>
    public static long Count(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var same = 0L;
        for (var at = 0; at + Block <= Math.Min(before.Length, after.Length); at += Block)
        {
            same += before.Slice(at, Block).SequenceEqual(after.Slice(at, Block)) ? Block : 0;
        }

        return same;
    }
}
