using Understudy.Inference.Cascades;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Tests.Cascades;

public sealed class ParetoTestTests
{
    private static readonly Guarantee Promise = new(0.05, 0.1);

    [Fact]
    public void Choose_CandidatesFromSafeToCheap_TakesTheCheapestThatIsCertified()
    {
        ServingCandidate[] candidates = [Candidate(400, losses: 0, cost: 10), Candidate(400, losses: 2, cost: 4), Candidate(400, losses: 200, cost: 1)];

        var choice = ParetoTest.Choose(candidates, Promise, seed: 1);

        Assert.Equal((1, 3, 2), (choice.Candidate, choice.Path, choice.Certified));
        Assert.True(choice.PValue <= Promise.Delta);
    }

    [Fact]
    public void Choose_TooFewExamples_CertifiesNothingAndSaysHowManyItTakes()
    {
        var choice = ParetoTest.Choose([Candidate(60, losses: 0, cost: 1)], Promise, seed: 1);

        Assert.Null(choice.Candidate);
        Assert.Equal(45, choice.TestingNeeded); // 0.95^n ≤ 0.1 from n = 45 on, and 30 put the candidates in order
        Assert.Equal((30, 30), (choice.Ordering, choice.Testing));
    }

    [Fact]
    public void Choose_BeatenInBoth_IsNotOnThePath()
    {
        var choice = ParetoTest.Choose([Candidate(400, losses: 0, cost: 5), Candidate(400, losses: 100, cost: 6)], Promise, seed: 1);

        Assert.Equal((0, 1), (choice.Candidate, choice.Path));
    }

    /// <summary>
    /// Forty candidates, every one of a true risk just above what is allowed: whatever is certified is wrong. 2,000 choices may certify something in 10 % of
    /// cases; 12.1 % would have a chance of less than 1 in 1,000. Choosing without holding examples back certifies nearly always.
    /// </summary>
    [Fact]
    public void Choose_EveryCandidateBreaksThePromise_CertifiesNoOftenerThanDelta()
    {
        const int Choices = 2000, Examples = 200, Ways = 40;
        var random = new Random(3);
        var certified = 0;
        for (var i = 0; i < Choices; i++)
        {
            var candidates = Enumerable.Range(0, Ways).Select(way => new ServingCandidate(
                [.. Enumerable.Range(0, Examples).Select(_ => random.NextDouble() < 0.0501)],
                [.. Enumerable.Repeat((double)(Ways - way), Examples)],
                new double[Examples])).ToList();
            certified += ParetoTest.Choose(candidates, Promise, i).Candidate is null ? 0 : 1;
        }

        Assert.InRange(certified / (double)Choices, 0.01, 0.121);
    }

    [Fact]
    public void Repeat_GoodCandidate_IsNeverBroken() =>
        Assert.Equal(0, ParetoTest.Repeat([Candidate(300, losses: 3, cost: 1)], Promise, repetitions: 50, seed: 1).Broken);

    private static ServingCandidate Candidate(int examples, int losses, double cost) => new(
        [.. Enumerable.Range(0, examples).Select(i => i * losses / examples != (i + 1) * losses / examples)],
        [.. Enumerable.Repeat(cost, examples)],
        [.. Enumerable.Repeat((double)losses / examples, examples)]);
}
