using Understudy.Inference.Speculation;

namespace Understudy.Inference.Tests.Speculation;

public sealed class TokenTreeTests
{
    [Fact]
    public void Add_ContinuationsWithACommonPrefix_ShareItsNodes()
    {
        using var tree = new TokenTree();
        tree.Reset(7);
        foreach (var chain in (int[][])[[1, 2, 3], [1, 2, 4], [1, 5], [6]])
        {
            var node = 0;
            foreach (var token in chain)
            {
                node = tree.Add(node, token);
            }
        }

        Assert.Equal([7, 1, 2, 3, 4, 5, 6], tree.Tokens.ToArray());
        Assert.Equal([-1, 0, 1, 2, 2, 1, 0], tree.Parents.ToArray());
        Assert.Equal(3, tree.Depth(3));
        Assert.Equal(4, tree.Child(2, 4));
        Assert.Equal(-1, tree.Child(0, 2));
    }

    [Fact]
    public void Add_SameTokenFromTwoDraws_IsOneNodeAndTwoTrials()
    {
        using var tree = new TokenTree();
        tree.Reset(0);
        var first = tree.Add(0, 3, tree.RentDistribution(8), proposer: 0);
        var second = tree.Add(0, 3, tree.RentDistribution(8), proposer: 1);
        tree.Add(0, 3, null, proposer: 2);
        tree.Add(0, 3, null, proposer: 3); // a determined token that was rejected once has no chance any more
        Assert.Equal(first, second);
        Assert.Equal(2, tree.Count);
        Assert.Equal(0, tree.FirstProposer(first));
    }

    [Fact]
    public void Reset_AfterUse_StartsAnew()
    {
        using var tree = new TokenTree();
        tree.Reset(1);
        tree.Add(0, 2, tree.RentDistribution(8));
        tree.Reset(5);
        Assert.Equal([5], tree.Tokens.ToArray());
        Assert.Equal(-1, tree.FirstProposal(0));
    }
}
