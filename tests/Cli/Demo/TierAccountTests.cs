using Understudy.Cli.Demo;
using Understudy.Cli.Evaluation;
using Understudy.Inference.Receipts;

namespace Understudy.Cli.Tests.Demo;

public sealed class TierAccountTests
{
    private static readonly MailAnswer[] Answers =
    [
        new("1", "spam", Receipt("student", new ReceiptTier("student", "spam", 0.9, 0.8, true, 1))),
        new("2", "ham", Receipt("lead", new("student", "spam", 0.5, 0.8, false, 3), new("lead", "ham", 0.9, 0, true, 40))),
    ];

    private static readonly Dictionary<string, string> Truth = new() { ["1"] = "ham", ["2"] = "ham" };

    [Fact]
    public void Of_Student_CountsWhatItReadAndWhatItAnswered() =>
        Assert.Equal(new TierAccount("student", 2, 1, 0, 2), Of("student", 2));

    [Fact]
    public void Of_Lead_CountsOnlyWhatWasPassedOn() =>
        Assert.Equal(new TierAccount("lead", 1, 1, 1, 40), Of("lead", 40));

    [Fact]
    public void Of_TierNeverAsked_IsAllZero() =>
        Assert.Equal(new TierAccount("second", 0, 0, 0, 0), Of("second", 0));

    private static TierAccount Of(string name, double milliseconds) =>
        TierAccount.Of(new TierResult(name, 0, null, milliseconds, 0), Answers, Truth);

    private static Receipt Receipt(string by, params ReceiptTier[] tiers) =>
        new() { Task = "t", Release = "1", AnsweredBy = by, Tiers = tiers };
}
