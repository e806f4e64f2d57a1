using System.Text.Json;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Shadows;

namespace Understudy.Workflows.Tests.Shadows;

public sealed class TimeCountsTests
{
    [Theory]
    [InlineData(0.004)]
    [InlineData(0.37)]
    [InlineData(12)]
    [InlineData(4321)]
    public void Median_OfOne_IsItToWithinTenPercent(double milliseconds) =>
        Assert.InRange(TimeCounts.Of(milliseconds).Median() / milliseconds, 0.9, 1.1);

    [Fact]
    public void Median_OfMany_IsNotMovedByAFew()
    {
        var times = Enumerable.Range(0, 101).Select(i => TimeCounts.Of(i < 90 ? 1 : 1000)).Aggregate(new TimeCounts(), (sum, one) => sum + one);

        Assert.InRange(times.Median(), 0.9, 1.1);
        Assert.Equal(101, times.Classes.Values.Sum());
    }

    [Fact]
    public void Median_OfNone_IsZero() => Assert.Equal(0, new TimeCounts().Median());

    [Fact]
    public void Add_OfTwoHosts_IsAsIfOneHadCounted()
    {
        var (one, other) = (TimeCounts.Of(1) + TimeCounts.Of(2), TimeCounts.Of(2) + TimeCounts.Of(300));
        var read = JsonSerializer.Deserialize<TimeCounts>(JsonSerializer.Serialize(one, DurableJson.Options), DurableJson.Options)!;

        Assert.Equal((TimeCounts.Of(1) + TimeCounts.Of(2) + TimeCounts.Of(2) + TimeCounts.Of(300)).Classes.OrderBy(pair => pair.Key), (read + other).Classes.OrderBy(pair => pair.Key));
    }
}
