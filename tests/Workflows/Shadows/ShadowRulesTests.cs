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
