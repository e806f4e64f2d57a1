using CsCheck;
using Understudy.Inference.Sites;

namespace Understudy.Inference.Tests.Sites;

public sealed class BlockCutterTests
{
    [Fact]
    public void Cut_AnyContent_BlocksAreTheContentAndKeepTheirBounds() => Gen.Int[0, 400_000].Select(Gen.Int[0, 100]).Sample(
        (length, seed) =>
        {
            var content = Content(length, seed);
            var blocks = BlockCutter.Cut(content);
            Assert.Equal(length, blocks.Sum(block => block.Bytes));
            Assert.All(blocks.SkipLast(1), block => Assert.InRange(block.Bytes, BlockCutter.Least, BlockCutter.Most));
            var offset = 0;
            Assert.All(blocks, block => Assert.Equal(block.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content.AsSpan((offset += block.Bytes) - block.Bytes, block.Bytes)))));
        },
        iter: 30, seed: "0000000000001");

    [Fact]
    public void Cut_RandomContent_BlocksAreAboutTheUsualSize()
    {
        var mean = BlockCutter.Cut(Content(8_000_000, 5)).Average(block => block.Bytes);

        Assert.InRange(mean, 0.7 * BlockCutter.Usual, 1.6 * BlockCutter.Usual);
    }

    [Fact]
    public void Cut_BytesPutInNearTheBeginning_LeavesTheOtherBlocksAsTheyWere()
    {
        var content = Content(2_000_000, 3);
        byte[] longer = [.. content[..10_000], 1, 2, 3, .. content[10_000..]];
        var before = BlockCutter.Cut(content).Select(block => block.Sha256).ToHashSet();

        var fresh = BlockCutter.Cut(longer).Where(block => !before.Contains(block.Sha256)).Sum(block => block.Bytes);

        Assert.InRange(fresh, 1, 3 * BlockCutter.Most);
    }

    /// <summary>Where blocks end is part of what sites have on their disks: it never changes.</summary>
    [Fact]
    public void Cut_KnownContent_EndsWhereItAlwaysDid()
    {
        var content = new byte[300_000];
        for (var i = 0; i < content.Length; i++)
        {
            content[i] = (byte)(((uint)i * 2654435761u) >> 24 ^ (uint)(i >> 7));
        }

        Assert.Equal(Golden, BlockCutter.Cut(content).Take(8).Select(block => block.Bytes));
    }

    private static readonly int[] Golden = [11013, 16904, 17291, 17104, 18726, 14345, 31489, 17643];

    private static byte[] Content(int length, int seed)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }
}
