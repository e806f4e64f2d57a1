using CsCheck;
using Understudy.Inference.Leads;

namespace Understudy.Inference.Tests.Leads;

public sealed class LabelProbabilitiesTests
{
    [Fact]
    public void FromTokens_OneTokenALabel_GivesTheTokensShares() =>
        Near([0.2, 0.7, 0.1], LabelProbabilities.FromTokens(["ham", "spam", "news"], 1, 0, [Token("spam", 0.7, ("ham", 0.2), ("news", 0.1))]));

    [Fact]
    public void FromTokens_WhatTheLabelsDoNotHave_IsSharedOutAmongThem() =>
        Near([0.25, 0.75], LabelProbabilities.FromTokens(["ham", "spam"], 1, 0, [Token("spam", 0.6, ("ham", 0.2), ("the", 0.2))]));

    [Fact]
    public void FromTokens_LabelsWithOneBeginning_PartWhereTheyDiffer() => Near(
        [0.9 * 0.75, 0.9 * 0.25, 0.1],
        LabelProbabilities.FromTokens(["card_arrival", "card_linking", "top_up"], 0, 0, [Token("card", 0.9, ("top", 0.1)), Token("_arrival", 0.75, ("_linking", 0.25))]));

    [Fact]
    public void FromTokens_AlternativeThatFitsTwoLabels_IsHalved() => Near(
        [0.6, 0.2, 0.2], LabelProbabilities.FromTokens(["top_up", "card_arrival", "card_linking"], 0, 0, [Token("top", 0.6, ("card", 0.4)), Token("_up", 1)]));

    [Fact]
    public void FromTokens_InJson_CountsTheLabelsOwnTokens() => Near(
        [0.2, 0.8],
        LabelProbabilities.FromTokens(["ham", "spam"], 1, 10, [Token("{\"", 1), Token("label", 0.9, ("answer", 0.1)), Token("\":\"", 1), Token("spam", 0.8, ("ham", 0.2)), Token("\"}", 0.5, ("mer", 0.5))]));

    [Theory]
    [InlineData("\"", "_update", 0.6)]
    [InlineData("\"", "_update\"", 0.6)]
    [InlineData("\"", "\n", 1)] // another way to end
    public void FromTokens_LabelThatBeginsAnother_SharesWithItWhereItEnds(string end, string other, double expected) => Near(
        [0.9 * expected, 0.9 * (1 - expected), 0.1],
        LabelProbabilities.FromTokens(["calendar", "calendar_update", "alarm"], 0, 0, [Token("calendar", 0.9, ("alarm", 0.1)), Token(end, 0.6, (other, 0.4)), Token("alarm", 0.5, ("alarm", 0.5))]));

    [Fact]
    public void FromTokens_TokenThatBeginsBeforeTheLabel_IsReadFromThere() =>
        Near([0.3, 0.7], LabelProbabilities.FromTokens(["ham", "spam"], 1, 1, [Token(" spam", 0.7, (" ham", 0.3))]));

    [Fact]
    public void FromTokens_AnyShares_SumToOne() => Gen.Double[0.01, 1].Array[3].Sample(shares =>
    {
        var total = shares.Sum();
        var probabilities = LabelProbabilities.FromTokens(["a", "b", "c"], 0, 0, [Token("a", shares[0] / total, ("b", shares[1] / total), ("c", shares[2] / total))]);
        Assert.Equal(1, probabilities.Sum(), 1e-5);
        Assert.Equal(shares[1] / total, probabilities[1], 1e-5);
    });

    [Fact]
    public void FromTokens_NotANumber_IsNoAnswer() =>
        Assert.Throws<LeadAnswerInvalidException>(() => LabelProbabilities.FromTokens(["a", "b"], 0, 0, [Token("a", double.NaN)]));

    [Fact]
    public void FromLogLikelihoods_SharesOutAmongTheLabels() => Near([0.75, 0.25], LabelProbabilities.FromLogLikelihoods([Math.Log(0.03), Math.Log(0.01)], 2));

    [Theory]
    [InlineData(-1.0)]
    [InlineData(-1.0, double.NaN)]
    [InlineData(-1.0, 5.0)]
    [InlineData(double.NegativeInfinity, double.NegativeInfinity)]
    public void FromLogLikelihoods_Garbage_IsNoAnswer(params double[] values) =>
        Assert.Throws<LeadAnswerInvalidException>(() => LabelProbabilities.FromLogLikelihoods(values, 2));

    private static AnswerToken Token(string text, double probability, params (string Text, double Probability)[] others) =>
        new(text, Math.Log(probability), [(text, Math.Log(probability)), .. others.Select(other => (other.Text, Math.Log(other.Probability)))]);

    private static void Near(double[] expected, float[] probabilities)
    {
        Assert.Equal(expected.Length, probabilities.Length);
        Assert.All(expected.Zip(probabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
