using System.Text.Json;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Shadows;

namespace Understudy.Workflows.Tests.Shadows;

public sealed class ShadowRulesTests
{
    private static readonly RetrainSettings Settings = RetrainSettings.From(new());

    private static readonly ShadowCounts Well = new()
    {
        Inputs = 200,
        Answered = 180,
        Agreed = 178,
        BothRight = 40,
        StableOnly = 2,
        CandidateOnly = 3,
        StableTimes = TimeCounts.Of(1),
        CandidateTimes = TimeCounts.Of(1.1),
    };

    [Fact]
    public void Decide_NothingAgainstIt_IsAcceptedWithWhatItDid()
    {
        var report = ShadowRules.Decide(Well, Settings);

        Assert.True(report.Accepted);
        Assert.Contains("Of 200 live inputs its students answer 180, 178 of them as was returned", Assert.Single(report.Reasons));
    }

    [Fact]
    public void Decide_RightLessOftenThanWhatServes_IsRejected()
    {
        // P[Bin(5, ½) ≥ 5] = 1/32.
        Assert.Equal(1 / 32.0, ShadowRules.Decide(Well with { StableOnly = 5, CandidateOnly = 0 }, Settings).PValue, 1e-12);
        Assert.Contains("McNemar", Refused(Well with { StableOnly = 5, CandidateOnly = 0 }));
        Assert.True(ShadowRules.Decide(Well with { StableOnly = 4, CandidateOnly = 0 }, Settings).Accepted);
    }

    [Theory]
    [InlineData(0, 0, 8)]
    [InlineData(-0.15, 31, 40)]
    public void Decide_StudentsThatAreBetterWhereThoseThatServeAreUnsure_AreJudgedAsInputsAreServed(double worseBy, int least, int most)
    {
        // Each input is hard or easy, both students see it with noise of their own, and those that serve pass on what they are less than 93 % sure of. An audit asks about a fifth of all.
        // The worse candidate has 1.7 points fewer right over all, and 0.7 more of what was passed on.
        var random = new Random(9);
        var rejected = Enumerable.Range(0, 40).Count(_ =>
        {
            var counts = new ShadowCounts { Inputs = 20_000 };
            for (var i = 0; i < 20_000; i++)
            {
                var ease = 2.2 + (1.5 * Normal(random));
                var (stable, fresh) = (ease + Normal(random), ease + worseBy + Normal(random));
                var isDrawn = random.NextDouble() < 0.2;
                counts += Count(stable > 0, fresh > 0, isRuled: isDrawn || Math.Abs(stable) < Math.Log(0.93 / 0.07) / 1.9, isDrawn);
            }

            return !ShadowRules.Decide(counts, Settings).Accepted;
        });

        // One that is as good is rejected in 2 of 40 at most on average, the worse one in 37 (in 7 by the test on all that was ruled on): the bounds are 4 standard deviations away.
        Assert.InRange(rejected, least, most);

        static ShadowCounts Count(bool stable, bool fresh, bool isRuled, bool isDrawn) => !isRuled || stable == fresh ? new() : new()
        {
            StableOnly = stable ? 1 : 0,
            CandidateOnly = fresh ? 1 : 0,
            Drawn = isDrawn ? 1 : 0,
            DrawnStableOnly = isDrawn && stable ? 1 : 0,
            DrawnCandidateOnly = isDrawn && fresh ? 1 : 0,
        };

        static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    [Fact]
    public void Counts_OfAHostOfBefore_HaveNoneDrawn() =>
        Assert.Equal((0, 1.0), JsonSerializer.Deserialize<ShadowCounts>("""{"inputs":200,"stableOnly":2}""", DurableJson.Options) is { } counts ? (counts.Drawn, ShadowRules.DrawnPValue(counts)) : default);

    [Fact]
    public void Decide_Slower_IsRejected() => Assert.Contains("medians", Refused(Well with { CandidateTimes = TimeCounts.Of(3) }));

    [Fact]
    public void Decide_StudentsOfWhatServesWereNeverAsked_TimeIsNotJudged() =>
        Assert.True(ShadowRules.Decide(Well with { StableTimes = new(), CandidateTimes = new() }, Settings).Accepted);

    [Fact]
    public void Decide_Errors_AreJudgedOfFewInputsToo()
    {
        Assert.Contains("failed on 3 of 200", Refused(Well with { Errors = 3 }));
        Assert.Contains("failed on 1 of 10", Refused(Well with { Inputs = 10, Errors = 1 }));
        Assert.True(ShadowRules.Decide(Well with { Errors = 2 }, Settings).Accepted);
    }

    [Fact]
    public void Decide_TooFewInputs_LeavesItToTheGate()
    {
        var report = ShadowRules.Decide(Well with { Inputs = 99, StableOnly = 30, CandidateTimes = TimeCounts.Of(50) }, Settings);

        Assert.True(report.Accepted);
        Assert.Contains("99 live inputs, and 100 are needed", Assert.Single(report.Reasons));
    }

    [Fact]
    public void Settings_OfARunFromBefore_AskForNoShadow()
    {
        var old = JsonSerializer.SerializeToNode(Settings with { ShadowSeconds = 60 }, DurableJson.Options)!.AsObject();
        foreach (var name in new[] { "shadowSeconds", "shadowInputs", "mostShadowErrors" })
        {
            Assert.True(old.Remove(name));
        }

        Assert.Equal(Settings, old.Deserialize<RetrainSettings>(DurableJson.Options));
    }

    private static string Refused(ShadowCounts counts)
    {
        var report = ShadowRules.Decide(counts, Settings);
        Assert.False(report.Accepted);
        return Assert.Single(report.Reasons);
    }
}
