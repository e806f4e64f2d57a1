using Understudy.Inference.Speculation;

namespace Understudy.Inference.Tests.Speculation;

/// <summary>
/// The joint distribution of the next two tokens, 20,000 samples a case, against the exact one by chi-square. Error rate 1e-4 a case
/// (<see cref="ChiSquare"/>), seeds fixed.
/// </summary>
public sealed class LosslessSamplingTests
{
    private const int Samples = 20_000, V = 6;

    public static TheoryData<Shape> Shapes => [.. Enum.GetValues<Shape>()];

    /// <summary>How the tree behind a root is proposed.</summary>
    public enum Shape
    {
        /// <summary>One draft's chain of two.</summary>
        Linear,

        /// <summary>Two drafts' chains, merged.</summary>
        TwoProposers,

        /// <summary>A draft and a determined chain.</summary>
        DraftAndDetermined,

        /// <summary>Three draws of one bad draft beside each other: most are rejected, and the token is resampled.</summary>
        MostlyRejected,
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Walk_AnyTree_KeepsTheTargetsDistribution(Shape shape) => Assert.False(ChiSquare.Rejects(Counts(shape, seed: 11, FastWalk()), Exact()));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Reference_AnyTree_KeepsTheTargetsDistribution(Shape shape) =>
        Assert.False(ChiSquare.Rejects(Counts(shape, seed: 12, ReferenceWalk(ReferenceVerifier.Rule.Right)), Exact()));

    [Theory]
    [InlineData(Shape.Linear, ReferenceVerifier.Rule.NoResidual)]
    [InlineData(Shape.Linear, ReferenceVerifier.Rule.Inverted)]
    [InlineData(Shape.TwoProposers, ReferenceVerifier.Rule.NoResidual)]
    [InlineData(Shape.TwoProposers, ReferenceVerifier.Rule.IgnoresDraft)]
    [InlineData(Shape.MostlyRejected, ReferenceVerifier.Rule.NoResidual)]
    public void BrokenRule_IsFoundOut(Shape shape, ReferenceVerifier.Rule rule) =>
        Assert.True(ChiSquare.Rejects(Counts(shape, seed: 13, ReferenceWalk(rule)), Exact()));

    private delegate (List<int> Taken, int Next) Walk(TokenTree tree, Random random);

    private static int[] Counts(Shape shape, int seed, Walk walk)
    {
        var random = new Random(seed);
        var counts = new int[V * V];
        using var tree = new TokenTree();
        for (var i = 0; i < Samples; i++)
        {
            Propose(shape, tree, random);
            var (taken, next) = walk(tree, random);
            List<int> text = [.. taken, next];
            if (text.Count == 1)
            {
                text.Add(ReferenceVerifier.Draw(Target([text[0]]), random));
            }

            counts[(text[0] * V) + text[1]]++;
        }

        return counts;
    }

    private static void Propose(Shape shape, TokenTree tree, Random random)
    {
        tree.Reset(0);
        switch (shape)
        {
            case Shape.Linear:
                Chain(tree, random, 1, 0);
                break;
            case Shape.TwoProposers:
                Chain(tree, random, 1, 0);
                Chain(tree, random, 2, 1);
                break;
            case Shape.DraftAndDetermined:
                tree.Add(tree.Add(0, 2), 3);
                Chain(tree, random, 1, 1);
                break;
            default:
                for (var sibling = 0; sibling < 3; sibling++)
                {
                    Chain(tree, random, 3, 0);
                }

                break;
        }
    }

    private static void Chain(TokenTree tree, Random random, int draft, int proposer)
    {
        List<int> text = [];
        var node = 0;
        for (var depth = 0; depth < 2; depth++)
        {
            var q = Draft(draft, text);
            var room = tree.RentDistribution(V);
            q.CopyTo(room, 0);
            var token = ReferenceVerifier.Draw([.. q.Select(value => (double)value)], random);
            node = tree.Add(node, token, room, proposer);
            text.Add(token);
        }
    }

    private static Walk FastWalk()
    {
        var verifier = new TreeVerifier(new() { Temperature = 1 }, AcceptanceRule.Lossless, V);
        var account = new ProposalAccount(2);
        return (tree, random) =>
        {
            var logits = new float[tree.Count * V];
            for (var node = 0; node < tree.Count; node++)
            {
                var p = Target(Text(tree, node));
                for (var i = 0; i < V; i++)
                {
                    logits[(node * V) + i] = (float)Math.Log(p[i]);
                }
            }

            List<int> history = [0];
            var next = verifier.Walk(tree, logits, history, null, random, account);
            return (history[1..], next);
        };
    }

    private static Walk ReferenceWalk(ReferenceVerifier.Rule rule) => (tree, random) =>
    {
        List<int> taken = [];
        var node = 0;
        while (true)
        {
            List<(int, double[]?)> proposals = [];
            for (var at = tree.FirstProposal(node); at >= 0; at = tree.ProposalAt(at).Next)
            {
                var proposal = tree.ProposalAt(at);
                proposals.Add((tree.Tokens[proposal.Node], proposal.DrawnFrom?.Take(V).Select(value => (double)value).ToArray()));
            }

            var (token, accepted) = ReferenceVerifier.Sample(Target(taken), proposals, random, rule);
            if (!accepted)
            {
                return (taken, token);
            }

            taken.Add(token);
            node = tree.Child(node, token);
        }
    };

    private static double[] Exact()
    {
        var exact = new double[V * V];
        var first = Target([]);
        for (var i = 0; i < V; i++)
        {
            var second = Target([i]);
            for (var j = 0; j < V; j++)
            {
                exact[(i * V) + j] = first[i] * second[j];
            }
        }

        return exact;
    }

    private static List<int> Text(TokenTree tree, int node)
    {
        List<int> text = [];
        for (; node > 0; node = tree.Parents[node])
        {
            text.Insert(0, tree.Tokens[node]);
        }

        return text;
    }

    /// <summary>Any fixed distribution that depends on the text.</summary>
    private static double[] Target(IReadOnlyList<int> text) => Soften(100 + Number(text), 1.2);

    private static float[] Draft(int draft, IReadOnlyList<int> text)
    {
        // The first two are the target's, blurred; the third has nothing to do with it.
        var p = draft == 3 ? Soften(900 + Number(text), 1.5) : Target(text);
        var noise = Soften(500 + (draft * 50) + Number(text), 1);
        return [.. p.Zip(noise, (a, b) => (float)(draft == 3 ? a : (0.6 * a) + (0.4 * b)))];
    }

    private static int Number(IReadOnlyList<int> text) => text.Aggregate(0, (number, token) => (number * V) + token + 1);

    private static double[] Soften(int seed, double spread)
    {
        var random = new Random(seed);
        var weights = Enumerable.Range(0, V).Select(_ => Math.Exp(spread * ((2 * random.NextDouble()) - 1) * 1.5)).ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }
}
