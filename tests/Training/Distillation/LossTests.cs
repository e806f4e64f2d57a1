using Understudy.Training.Distillation;
using static TorchSharp.torch;

namespace Understudy.Training.Tests.Distillation;

public sealed class LossTests
{
    [Fact]
    public void SoftTargetLoss_KnownLogits_IsTheDivergenceTimesTheSquaredTemperature()
    {
        using var student = tensor(new[] { 0f, 0f }).reshape(1, 2);
        using var teacher = tensor(new[] { 2f * (float)Math.Log(3), 0f }).reshape(1, 2);
        // At temperature 2 the teacher says 3/4 and 1/4, the student a half each.
        var expected = 4 * ((0.75 * Math.Log(1.5)) + (0.25 * Math.Log(0.5)));
        Assert.Equal(expected, SoftTargetLoss.Of(student, teacher, 2).item<float>(), 1e-5);
    }

    [Fact]
    public void AttentionLoss_SamePlaceOtherChannelsAndScale_IsNothing()
    {
        using var looks = tensor(new[] { 3f, 1f, 0f, 2f }).reshape(1, 1, 2, 2);
        using var teacher = cat([looks, looks], 1) * 7;
        Assert.Equal(0, AttentionLoss.Of([looks], [teacher]).item<float>(), 1e-3);
    }

    [Fact]
    public void AttentionLoss_PlacesApart_IsTheRootOfTwoAStage()
    {
        using var here = tensor(new[] { 1f, 0f, 0f, 0f }).reshape(1, 1, 2, 2);
        using var there = tensor(new[] { 0f, 0f, 0f, 1f }).reshape(1, 1, 2, 2);
        Assert.Equal(2 * Math.Sqrt(2), AttentionLoss.Of([here, here], [there, there]).item<float>(), 1e-3);
    }

    [Fact]
    public void ContrastiveLoss_ViewsAlikeAndOthersAcross_IsThatOfThreeChoices()
    {
        using var views = tensor(new[] { 1f, 0f, 0f, 2f }).reshape(2, 2);
        // Each view's partner has cosine 1, the two others 0.
        Assert.Equal(-Math.Log(Math.Exp(2) / (Math.Exp(2) + 2)), ContrastiveLoss.Of(views, views, 0.5).item<float>(), 1e-4);
    }
}
