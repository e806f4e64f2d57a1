using Understudy.Inference.Sites;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Tests.Rollouts;

public sealed class RolloutRingTests
{
    private static readonly RolloutSettings Settings = new();
    private static readonly SiteCounts Before = new() { Answers = 990, Errors = 10, Escalated = 100, Agreed = 80 };

    [Fact]
    public void Regression_OneOfTenFails_IsBorneTwoAreNot()
    {
        var ring = Ring(10);
        ring.Heard(new([], [new("s0", "torn")], new()));
        Assert.Null(ring.Regression(Settings, Before));

        ring.Heard(new([], [new("s1", "torn")], new()));

        Assert.Contains("2 of 10 sites refused it or took it back, s0 because: torn", ring.Regression(Settings, Before));
        Assert.Equal(8, ring.Pending.Count);
    }

    [Theory]
    [InlineData(95, 5, false)]
    [InlineData(90, 10, true)]
    [InlineData(10, 9, false)] // too few to say
    [InlineData(0, 500, true)]
    public void Regression_InputsThatFail_AreHeldAgainstTheShare(int answers, int errors, bool regressed)
    {
        var ring = Ring(1);
        ring.Heard(new(["s0"], [], new()));

        ring.HeardAgain(new(["s0"], [], new() { Answers = answers, Errors = errors }));

        Assert.Equal(regressed, ring.Regression(Settings, Before) is not null);
    }

    [Theory]
    [InlineData(75, false)]
    [InlineData(65, true)]
    public void Regression_LeadConfirmsFewerLabelsThanBefore_GoesBack(int agreed, bool regressed)
    {
        var ring = Ring(1);
        ring.Heard(new(["s0"], [], new()));

        ring.HeardAgain(new(["s0"], [], new() { Answers = 1000, Escalated = 100, Agreed = agreed }));

        Assert.Equal(regressed, ring.Regression(Settings, Before) is not null);
    }

    [Fact]
    public void HeardAgain_SiteThatTookItBack_CountsAsFailed()
    {
        var ring = Ring(2);
        ring.Heard(new(["s0", "s1"], [], new()));

        ring.HeardAgain(new(["s0"], [new("s1", "too many inputs failed")], new()));

        Assert.Equal(["s0"], ring.Updated.Select(site => site.Site));
        Assert.NotNull(ring.Regression(Settings, Before));
    }

    private static RolloutRing Ring(int sites) => new([.. Enumerable.Range(0, sites).Select(i => new OfferedSite($"s{i}", 1))]);
}
