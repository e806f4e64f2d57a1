using CsCheck;
using Understudy.Inference.Ensembles;

namespace Understudy.Inference.Tests.Ensembles;

public sealed class EnsembleTests
{
    private static readonly Gen<float[]> Distribution = Gen.Double[0.001, 1].Array[4].Select(raw => raw.Select(p => (float)(p / raw.Sum())).ToArray());
    private static readonly Gen<float[]?[]> Members = Gen.Select(Distribution, Gen.Bool).Select(p => p.Item2 ? p.Item1 : null).Array[3].Where(m => m.Any(p => p is not null));
    private static readonly Gen<EnsembleParameters> Parameters = Gen.Double[-2, 2].Array[31].Select(raw => new EnsembleParameters
    {
        Weights = raw[..3],
        Biases = raw[3..7],
        MissingWeights = [raw[7..10], raw[10..13], raw[13..16]],
        MissingBiases = [raw[16..20], raw[20..24], raw[24..28]],
    });

    private static readonly Gen<Ensemble> Any = Gen.Select(Gen.Double[0.01, 1].Array[3], Parameters, Gen.Int[0, 2]).Select((raw, stack, which) => which switch
    {
        0 => Ensemble.Of("vote", null)!,
        1 => Ensemble.Of("average", new() { Weights = [.. raw.Select(w => w / raw.Sum())] })!,
        _ => Ensemble.Of("stack", stack)!,
    });

    [Fact]
    public void Combine_AnyMembers_IsADistribution() =>
        Gen.Select(Any, Members).Sample((ensemble, members) =>
        {
            var combined = Combine(ensemble, members);
            Assert.Equal(1, combined.Sum(), 1e-4);
            Assert.All(combined, p => Assert.InRange(p, 0, 1.0001f));
            Assert.Equal(Array.IndexOf(combined, combined.Max()), ensemble.Label(members, 4));
        });

    [Fact]
    public void Combine_OneTierAsked_TakesItAtItsWord() =>
        Gen.Select(Any, Distribution, Gen.Int[0, 2]).Sample((ensemble, only, at) =>
        {
            var members = new float[]?[3];
            members[at] = only;
            Assert.Equal(only, Combine(ensemble, members));
        });

    [Fact]
    public void Combine_AllSayTheSame_AverageAndVoteSayItToo() =>
        Distribution.Sample(said =>
        {
            foreach (var ensemble in new[] { Ensemble.Of("vote", null)!, Ensemble.Of("average", new() { Weights = [0.2, 0.3, 0.5] })! })
            {
                Assert.All(Combine(ensemble, [said, said, said]).Zip(said), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
            }
        });

    [Fact]
    public void Combine_NobodyAsked_Throws() =>
        Assert.Contains("nothing to combine", Assert.Throws<ArgumentException>(() => Combine(Ensemble.Of("vote", null)!, [null, null])).Message);

    [Fact]
    public void Average_MissingMember_ItsWeightIsSharedOut()
    {
        var average = Ensemble.Of("average", new() { Weights = [0.2, 0.6, 0.2] })!;
        Assert.Equal(0.2f * 0.9f + 0.6f * 0.1f + 0.2f * 0.5f, Combine(average, [[0.9f, 0.1f], [0.1f, 0.9f], [0.5f, 0.5f]])[0], 1e-6f);
        Assert.Equal((0.2f * 0.9f + 0.2f * 0.5f) / 0.4f, Combine(average, [[0.9f, 0.1f], null, [0.5f, 0.5f]])[0], 1e-6f);
    }

    [Fact]
    public void Average_AllWeightMissing_TheLastAskedAnswers()
    {
        var average = Ensemble.Of("average", new() { Weights = [0, 0, 1] })!;
        Assert.Equal([0.3f, 0.7f], Combine(average, [[0.9f, 0.1f], [0.3f, 0.7f], null]));
    }

    [Theory]
    [InlineData(0, 0, 1, 0)] // two against one
    [InlineData(1, 0, 0, 0)]
    [InlineData(0, 1, 2, 2)] // all differ: the largest
    [InlineData(0, 1, -1, 1)] // two differ: the larger
    [InlineData(2, -1, 1, 1)]
    public void Vote_Any_TheMajorityAndElseTheLargerTier(int first, int second, int third, int expected)
    {
        float[]?[] members = [.. new[] { first, second, third }.Select(For)];
        var vote = Ensemble.Of("vote", null)!;
        Assert.Equal(expected, vote.Label(members, 3));

        // As sure as those who voted for it.
        Assert.Equal(0.8f, Combine(vote, members)[expected], 1e-6f);

        static float[]? For(int label) => label < 0 ? null : [.. Enumerable.Range(0, 3).Select(i => i == label ? 0.8f : 0.1f)];
    }

    [Fact]
    public void Stack_AllAsked_IsTheSoftmaxOfWeightedLogProbabilities()
    {
        float[][] said = [[0.7f, 0.3f], [0.4f, 0.6f]];
        var combined = Combine(Ensemble.Of("stack", TwoTiers())!, said);
        var odds = 0.5 * Math.Log(0.7 / 0.3) + 1.5 * Math.Log(0.4 / 0.6) + (0.1 - -0.2);
        Assert.Equal(1 / (1 + Math.Exp(-odds)), combined[0], 1e-5);
    }

    [Fact]
    public void Stack_TierNotAsked_ItsIndicatorShiftsWeightsAndBiases()
    {
        var parameters = TwoTiers() with { Weights = [0.5, 1.5, 1], MissingWeights = [[0, 0, 0], [0, 0, 0], [0.25, -0.5, 9]], MissingBiases = [[0, 0], [0, 0], [0, 0.75]] };
        var combined = Combine(Ensemble.Of("stack", parameters)!, [[0.7f, 0.3f], [0.4f, 0.6f], null]);
        var odds = 0.75 * Math.Log(0.7 / 0.3) + 1 * Math.Log(0.4 / 0.6) + (0.1 - -0.2) - 0.75;
        Assert.Equal(1 / (1 + Math.Exp(-odds)), combined[0], 1e-5);
    }

    [Fact]
    public void Stack_ProbabilityOfZero_StaysFinite() =>
        Assert.All(Combine(Ensemble.Of("stack", TwoTiers())!, [[1, 0], [0, 1]]), p => Assert.True(float.IsFinite(p)));

    [Fact]
    public void Of_LastOrUnknown_IsNoPolicyOrThrows()
    {
        Assert.Null(Ensemble.Of("last", null));
        Assert.Throws<ArgumentException>(() => Ensemble.Of("boost", null));
        Assert.Throws<ArgumentException>(() => Ensemble.Of("stack", null));
    }

    private static EnsembleParameters TwoTiers() => new()
    {
        Weights = [0.5, 1.5],
        Biases = [0.1, -0.2],
        MissingWeights = [[0, 0], [0, 0]],
        MissingBiases = [[0, 0], [0, 0]],
    };

    private static float[] Combine(Ensemble ensemble, float[]?[] members)
    {
        var combined = new float[members.FirstOrDefault(m => m is not null)?.Length ?? 2];
        ensemble.Combine(members, combined);
        return combined;
    }
}
