using Understudy.LocalHost.Triggers;
using Understudy.Tests;

namespace Understudy.LocalHost.Tests.Triggers;

public sealed class WatermarkTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Advance_ReadAnew_IsKept()
    {
        new Watermark(_folder.At("mark")).Advance(Noon);

        Assert.Equal(Noon, new Watermark(_folder.At("mark")).Value);
    }

    [Fact]
    public void Advance_ToEarlier_StaysWhereItIs()
    {
        var mark = new Watermark(_folder.At("mark"));
        mark.Advance(Noon);
        mark.Advance(Noon.AddHours(-1));

        Assert.Equal(Noon, mark.Value);
    }

    [Theory]
    [InlineData(-11, true)]
    [InlineData(-9, false)]
    [InlineData(1, false)]
    public void IsBehind_WithinTheOverlap_IsLookedAtAgain(int minutes, bool behind)
    {
        var mark = new Watermark(_folder.At("mark"));
        mark.Advance(Noon);

        Assert.Equal(behind, mark.IsBehind(Noon.AddMinutes(minutes)));
    }

    [Fact]
    public void Constructor_TornFile_StartsOver()
    {
        File.WriteAllText(_folder.At("mark"), "\"2026-01-0");

        Assert.False(new Watermark(_folder.At("mark")).IsBehind(DateTimeOffset.UnixEpoch));
    }

    public void Dispose() => _folder.Dispose();
}
