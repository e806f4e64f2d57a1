using System.Security.Cryptography;

namespace Understudy.Inference.Sites;

/// <summary>
/// Cuts a file where its content says so, not at fixed places: bytes put in or taken out change the blocks that they touch and no others.
/// A rolling gear hash looks for its pattern with a strict mask before the usual size and a lax one after it (FastCDC, Xia et al., USENIX ATC 2016).
/// </summary>
public static class BlockCutter
{
    /// <summary>No block but a file's last is shorter, in bytes.</summary>
    public const int Least = 4 * 1024;

    /// <summary>About the size of most blocks.</summary>
    public const int Usual = 16 * 1024;

    /// <summary>No block is longer.</summary>
    public const int Most = 64 * 1024;

    // The upper bits of the hash are those that the last 64 bytes have reached.
    private const ulong Strict = 0xFFFFUL << 48;
    private const ulong Lax = 0xFFFUL << 52;

    private static readonly ulong[] Gear = MakeGear();

    /// <summary>The blocks in their order; together they are the content. None for an empty file.</summary>
    public static IReadOnlyList<PackageBlock> Cut(ReadOnlySpan<byte> content)
    {
        List<PackageBlock> blocks = [];
        while (!content.IsEmpty)
        {
            var length = Next(content);
            blocks.Add(new(Convert.ToHexStringLower(SHA256.HashData(content[..length])), length));
            content = content[length..];
        }

        return blocks;
    }

    private static int Next(ReadOnlySpan<byte> rest)
    {
        var (usual, end) = (Math.Min(Usual, rest.Length), Math.Min(Most, rest.Length));
        var hash = 0UL;
        for (var i = Least; i < end; i++)
        {
            hash = (hash << 1) + Gear[rest[i]];
            if ((hash & (i < usual ? Strict : Lax)) == 0)
            {
                return i + 1;
            }
        }

        return end;
    }

    /// <summary>Fixed for ever: it decides where blocks end, on every machine.</summary>
    private static ulong[] MakeGear()
    {
        var gear = new ulong[256];
        var state = 0x5EED_0F_B10C5UL;
        for (var i = 0; i < gear.Length; i++)
        {
            state += 0x9E3779B97F4A7C15UL;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
            gear[i] = mixed ^ (mixed >> 31);
        }

        return gear;
    }
}
