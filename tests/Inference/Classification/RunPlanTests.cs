using CsCheck;
using Understudy.Inference.Classification;

namespace Understudy.Inference.Tests.Classification;

public sealed class RunPlanTests
{
    [Fact]
    public void Cut_AnyLengths_TakesEveryTextAndKeepsToTheBudget()
    {
        var plan = new RunPlan();
        Gen.Int[1, 3000].Array[0, 200].Sample(lengths =>
        {
            var runs = Cut(plan, lengths);
            Assert.Equal(lengths.Length, runs.Sum());
            Assert.All(Runs(lengths, runs), run => Assert.True(run.Length == 1 || run.Length * run[^1] <= RunPlan.TokenBudget));
        }, threads: 1);
    }

    [Fact]
    public void Cut_FewTexts_IsTheBestOfAllCuts() =>
        Gen.Int[1, 400].Array[1, 10].Sample(lengths =>
        {
            Array.Sort(lengths);
            var best = Enumerable.Range(0, 1 << (lengths.Length - 1)).Select(cuts => Sizes(cuts, lengths.Length))
                .Where(runs => Runs(lengths, runs).All(run => run.Length == 1 || run.Length * run[^1] <= RunPlan.TokenBudget))
                .Min(runs => Cost(lengths, runs));
            Assert.Equal(best, Cost(lengths, Cut(new(), lengths)));
        });

    [Fact]
    public void Cut_OneLength_IsOneRun() => Assert.Equal([100], Cut(new(), [.. Enumerable.Repeat(12, 100)]));

    private static List<int> Cut(RunPlan plan, int[] lengths)
    {
        Array.Sort(lengths);
        List<int> runs = [];
        plan.Cut(lengths.Select((length, i) => new EncodedText(i, 0, length)).ToArray(), runs);
        return runs;
    }

    private static int Cost(int[] lengths, List<int> runs) => Runs(lengths, runs).Sum(run => RunPlan.RunCost + (run.Length * run[^1]));

    private static IEnumerable<int[]> Runs(int[] lengths, List<int> runs)
    {
        var start = 0;
        foreach (var run in runs)
        {
            yield return lengths[start..(start += run)];
        }
    }

    /// <summary>A set bit i cuts after text i.</summary>
    private static List<int> Sizes(int cuts, int count)
    {
        List<int> sizes = [0];
        for (var i = 0; i < count; i++)
        {
            sizes[^1]++;
            if (i < count - 1 && (cuts >> i & 1) != 0)
            {
                sizes.Add(0);
            }
        }

        return sizes;
    }
}
