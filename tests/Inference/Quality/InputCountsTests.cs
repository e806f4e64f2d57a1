using System.Text.Json;
using Understudy.Inference.Cascades;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Inference.Tests.Pipelines;
using Understudy.Inference.Tests.Releases;

namespace Understudy.Inference.Tests.Quality;

public sealed class InputCountsTests
{
    [Fact]
    public void Of_Items_CountsWhatTheFirstStudentThatMayAnswerSaysByItself()
    {
        using var release = Release(first: 2, second: 0.9);

        var counts = InputCounts.Of(release, [Item(Vote("a", 0.99f), Vote("b", 0.2f)), Item(Vote("b", 0.97f) with { Pooled = [0, 1] }), Item(Vote("b", 1)), Item(Vote("a", 0.4f))])!;

        Assert.Equal([2, 1], counts.Labels);
        Assert.Equal([0, 0, 0, 0, 1, 0, 1, 0, 0, 1], counts.Confidence); // 0.8 (of the other label), 0.97 and 1
        Assert.Equal(3, counts.Inputs);
    }

    [Fact]
    public void Of_NobodyMayAnswerOrATextIsWritten_CountsNothing()
    {
        using var nobody = Release(first: 2, second: 2);
        using var writer = Release(first: 0, second: 2);

        Assert.Null(InputCounts.Of(nobody, [Item(Vote("a", 0.99f))]));
        Assert.Null(InputCounts.Of(writer, [Item(new TierVote("a", -1, 0.9, 0, [], 1) { Completion = "{}" })]));
        Assert.Null(InputCounts.Of(writer, []));
    }

    [Fact]
    public void Sum_StoredCounts_AddUpWithThoseOfBefore()
    {
        var old = JsonSerializer.Deserialize<QualityCounts>("""{"deferred":3,"undeferred":5}""", JsonSerializerOptions.Web)!;
        var counted = new QualityCounts { Undeferred = 3, Inputs = new() { Labels = [1, 2], Confidence = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0] } };
        var read = JsonSerializer.Deserialize<QualityCounts>(JsonSerializer.Serialize(counted, JsonSerializerOptions.Web), JsonSerializerOptions.Web)!;

        var sum = old + counted + read + old;

        Assert.Equal((6, 16), (sum.Inputs!.Inputs, sum.Undeferred));
        Assert.Equal([2, 4], sum.Inputs.Labels);
        Assert.Equal(6, sum.Inputs.Confidence[0]);
        Assert.Null((old + old).Inputs);
    }

    [Fact]
    public void Since_CountsThatGrow_IsTheDifferenceAndElseNothing()
    {
        InputCounts before = new() { Labels = [1, 2], Confidence = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0] }, after = new() { Labels = [1, 4], Confidence = [4, 1, 0, 0, 0, 0, 0, 0, 0, 0] };

        Assert.Equal([0, 2], after.Since(before)!.Labels);
        Assert.Equal([1, 4], after.Since(InputCounts.None)!.Labels);
        Assert.Null(before.Since(after));
    }

    [Theory]
    [InlineData("[1,2]", "[3,0,0,0,0,0,0,0,0,0]", true)]
    [InlineData("[1,2]", "[2,0,0,0,0,0,0,0,0,0]", false)]
    [InlineData("[4,-1]", "[3,0,0,0,0,0,0,0,0,0]", false)]
    [InlineData("[1,1,1]", "[3,0,0,0,0,0,0,0,0,0]", false)]
    [InlineData("[1,2]", "[3]", false)]
    [InlineData("[9000000000000000000,9000000000000000000]", "[0,0,0,0,0,0,0,0,0,0]", false)]
    public void CanBe_WhatASiteSends_IsLookedAt(string labels, string confidence, bool can) =>
        Assert.Equal(can, JsonSerializer.Deserialize<InputCounts>($$"""{"labels":{{labels}},"confidence":{{confidence}}}""", JsonSerializerOptions.Web)!.CanBe(2));

    private static Release Release(double first, double second) => new(
        ModelsFolder.Manifest("1.0"),
        [new("a", new FixedClassifier("a", 0, 2), 1, first, 0.1), new("b", new FixedClassifier("b", 0, 2), 1, second, 1) { Pool = new OpinionPool([0, 1]) }],
        new Tier("lead", new FixedClassifier("lead", 0, 2), 1, 0, 10));

    private static PipelineItem Item(params TierVote[] votes) => new() { Id = "x", Input = "?", Votes = votes };

    /// <param name="ham">What a student gives the first label; the second has the rest.</param>
    private static TierVote Vote(string tier, float ham) => new(tier, ham >= 0.5f ? 0 : 1, Math.Max(ham, 1 - ham), 0.9, [ham, 1 - ham], 1);
}
