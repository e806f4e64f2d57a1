using Understudy.Inference.Cascades;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class GateRulesTests
{
    private static readonly RetrainSettings Settings = RetrainSettings.From(new());
    private static readonly GateFigures Before = new(0.95, 0.98, 0.9, 0.01, 0.1, 1, 1000, true);

    [Fact]
    public void Decide_BetterStudent_IsAcceptedForWhatItGains() =>
        Assert.Equal("The student's accuracy rises from 95.00 % to 96.00 %.".Replace(" %", "%"), Decide(Before with { StudentAccuracy = 0.96 }, expected: true).Single().Replace(" %", "%"));

    [Fact]
    public void Decide_NothingGained_IsRejected() => Assert.Contains("better in nothing", Decide(Before, expected: false).Single());

    public static TheoryData<string, double, double, double, double, double, long, bool, double> Worse() => new()
    {
        { "student's accuracy falls", 0.93, 0.98, 0.95, 0.01, 0.1, 1000, true, 1 },
        { "cascade's accuracy falls", 0.96, 0.96, 0.95, 0.01, 0.1, 1000, true, 1 },
        { "paired test", 0.96, 0.98, 0.95, 0.01, 0.1, 1000, true, 0.01 },
        { "calibration error grows", 0.96, 0.98, 0.95, 0.06, 0.1, 1000, true, 1 },
        { "ms a text", 0.96, 0.98, 0.95, 0.01, 0.9, 1000, true, 1 },
        { "bytes", 0.96, 0.98, 0.95, 0.01, 0.1, 2000, true, 1 },
        { "guarantee", 0.96, 0.98, 0.95, 0.01, 0.1, 1000, false, 1 },
    };

    [Theory]
    [MemberData(nameof(Worse))]
    public void Decide_WorseInOneThing_IsRejectedForIt(string reason, double student, double cascade, double share, double error, double ms, long bytes, bool certified, double p)
    {
        var after = new GateFigures(student, cascade, share, error, ms, 1, bytes, certified);
        Assert.Contains(reason, Assert.Single(Decide(after, expected: false, p)));
    }

    [Theory]
    [InlineData(0.971, true)]
    [InlineData(0.969, false)]
    public void Decide_CascadeLosesWhatTheGuaranteeAllows_IsAccepted(double accuracy, bool accepted) => // of its 98 %, half a point and epsilon, as much again
        Assert.Equal(accepted, GateRules.Decide(Before, Before with { StudentAccuracy = 0.97, Accuracy = accuracy }, 1, new Dictionary<string, RecallPair>(), 500, 0.005, Settings).Accepted);

    [Theory]
    [InlineData(8, 0, 200, 0.01, false)]
    [InlineData(7, 0, 200, 0.01, true)]
    [InlineData(2, 0, 200, 0.01, true)]
    [InlineData(0, 0, 200, 0.01, true)]
    [InlineData(5, 0, 200, 0, false)]
    [InlineData(4, 0, 200, 0, true)]
    [InlineData(55, 0, 5000, 0.01, true)] // 50 ± 7 are allowed
    [InlineData(65, 0, 5000, 0.01, false)]
    [InlineData(90, 0, 5000, 0.01, false)]
    [InlineData(75, 10, 5000, 0.01, true)]
    public void NoWorse_LossesThatAreAllowed_DoNotCount(int lost, int won, int examples, double epsilon, bool goes) =>
        Assert.Equal(goes, McNemar.NoWorse(lost, won, examples, epsilon) >= McNemar.Significance);

    [Theory]
    [InlineData(200, 0.01, 0.001)] // losses are whole
    [InlineData(5000, 0.01, 0.03)]
    [InlineData(2000, 0.05, 0.035)]
    public void NoWorse_LosesJustWhatIsAllowed_IsRefusedAsOftenAsTheTestSays(int examples, double epsilon, double least)
    {
        // P[Bin(examples, epsilon) ≥ lost] at the fewest losses that are refused.
        var lost = Enumerable.Range(0, examples).First(lost => McNemar.NoWorse(lost, 0, examples, epsilon) < McNemar.Significance);

        Assert.InRange(1 - BinomialTail.AtMost(lost - 1, examples, epsilon), least, McNemar.Significance);
    }

    [Fact]
    public void Decide_OneLabelForgotten_IsRejectedForIt()
    {
        var recalls = new Dictionary<string, RecallPair> { ["spam"] = new(50, 0.95, 0.82), ["ham"] = new(5, 1, 0) };
        var (accepted, reasons) = GateRules.Decide(Before, Before with { StudentAccuracy = 0.97 }, 1, recalls, 500, 0.005, Settings);

        Assert.False(accepted);
        Assert.Contains("'spam'", Assert.Single(reasons));
    }

    [Fact]
    public void Decide_RareLabelLosesWhatTheGuaranteeAllows_IsAccepted()
    {
        // Of 500 inputs students may be wrong on 2.5 where the lead is right, and of 50 mails of one label on 5 % besides: on 5 in all.
        var recalls = new Dictionary<string, RecallPair> { ["spam"] = new(50, 0.94, 0.86) };

        Assert.True(GateRules.Decide(Before, Before with { StudentAccuracy = 0.97 }, 1, recalls, 500, 0.005, Settings).Accepted);
    }

    [Theory]
    [InlineData(0.93, 0.01, 1, "accuracy of 'small' falls")]
    [InlineData(0.95, 0.09, 1, "calibration error of 'small' grows")]
    [InlineData(0.95, 0.01, 9, "'small' takes")]
    public void Decide_AnotherStudentWorse_IsRejectedForIt(double accuracy, double error, double milliseconds, string reason)
    {
        StudentPair small = new("small", new(0.95, 0.01, 1), new(accuracy, error, milliseconds));

        var (accepted, reasons) = GateRules.Decide(Before, Before with { StudentAccuracy = 0.97 }, 1, new Dictionary<string, RecallPair>(), 500, 0.005, Settings, [small]);

        Assert.False(accepted);
        Assert.Contains(reason, Assert.Single(reasons));
    }

    [Fact]
    public void Decide_AnotherStudentBetter_IsAcceptedForIt()
    {
        StudentPair small = new("small", new(0.95, 0.01, 1), new(0.96, 0.01, 1));

        Assert.Contains("'small' rises", Assert.Single(GateRules.Decide(Before, Before, 1, new Dictionary<string, RecallPair>(), 500, 0.005, Settings, [small]).Reasons));
    }

    [Fact]
    public void Decide_StudentsThatThereWereNotBefore_HaveGrownNeitherSlowerNorLargerNorLessCalibrated()
    {
        StudentPair small = new("small", StudentFigures.None, new(0.96, 0.09, 9));
        var before = Before with { StudentAccuracy = 0, CalibrationError = 0, StudentMilliseconds = 0 };

        var (accepted, reasons) = GateRules.Decide(before, Before with { CalibrationError = 0.09, StudentMilliseconds = 9, Bytes = 3000, AddedBytes = 1800 }, 1, new Dictionary<string, RecallPair>(), 500, 0.005, Settings, [small]);

        Assert.True(accepted, string.Join(' ', reasons));
    }

    [Fact]
    public void Decide_WhatWasThereGrowsBesideANewStudent_IsRejectedForIt() => Assert.Equal(
        "The release has 1300 bytes beside its new students, and had 1000.", Assert.Single(Decide(Before with { StudentAccuracy = 0.96, Bytes = 3000, AddedBytes = 1700 }, expected: false)));

    private static IReadOnlyList<string> Decide(GateFigures after, bool expected, double p = 1)
    {
        var (accepted, reasons) = GateRules.Decide(Before, after, p, new Dictionary<string, RecallPair>(), 500, 0.005, Settings);
        Assert.Equal(expected, accepted);
        return reasons;
    }
}
