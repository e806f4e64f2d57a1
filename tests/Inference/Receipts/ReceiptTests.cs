using Understudy.Inference.Receipts;

namespace Understudy.Inference.Tests.Receipts;

public sealed class ReceiptTests
{
    [Fact]
    public void Describe_StudentAnswered_SaysWhoHowSureAndWhatItSaved() => Assert.Equal(
        "small answered \"spam\", 98 % sure (release 1.0 of triage). That is above the 95 % it needs, so no larger model was asked. "
        + "It took 40 µs of model time where the lead alone takes about 8.0 ms: 99.5 % saved.",
        Receipt(0.04, new ReceiptTier("small", "spam", 0.98, 0.95, true, 0.04)).Describe());

    [Fact]
    public void Describe_LeadAnsweredAfterStudents_SaysThatItCostMore() => Assert.Equal(
        "lead answered \"ham\", 99.9 % sure (release 1.0 of triage). small said \"spam\" but was only 60 % sure, short of its 95 %. "
        + "It took 9.0 ms of model time where the lead alone takes about 8.0 ms: 13 % more, the price of asking first.",
        (Receipt(9, new("small", "spam", 0.6, 0.95, false, 1), new("lead", "ham", 0.9994, 0, true, 8)) with { AnsweredBy = "lead", Confidence = 0.9994 }).Describe());

    [Fact]
    public void Describe_StudentThatMayNotAnswer_SaysSo() => Assert.Contains(
        "small said \"spam\" and may not answer by itself in this release.",
        (Receipt(9, new("small", "spam", 0.97, 2, false, 1), new("lead", "ham", 0.9994, 0, true, 8)) with { AnsweredBy = "lead", Confidence = 0.9994 }).Describe());

    [Theory]
    [InlineData(1.0, "100 % sure")]
    [InlineData(0.99999, "over 99.9 % sure")]
    [InlineData(0.9999, "over 99.9 % sure")]
    [InlineData(0.9949, "99.4 % sure")]
    [InlineData(0.5, "50 % sure")]
    public void Describe_Confidence_IsNotRoundedUpToCertainty(double confidence, string expected) =>
        Assert.Contains(expected, (Receipt(1, new ReceiptTier("small", "spam", confidence, 0.1, true, 1)) with { Confidence = confidence }).Describe());

    private static Receipt Receipt(double spent, params ReceiptTier[] tiers) => new()
    {
        Task = "triage",
        Release = "1.0",
        AnsweredBy = "small",
        Confidence = 0.98,
        Tiers = tiers,
        ModelMilliseconds = spent,
        LeadMilliseconds = 8,
        Saving = 1 - (spent / 8),
    };
}
