using System.Numerics.Tensors;
using Understudy.Inference.Grammars;

namespace Understudy.Inference.Speculation;

/// <summary>
/// Medusa (arXiv 2401.10774): heads on the target's last hidden state guess the second, third, … next token. Their best guesses make a
/// sparse tree: nodes are added in the order of their chance, as long as that is worth it.
/// </summary>
/// <param name="heads">Shared; not owned.</param>
/// <param name="branches">Guesses of each head that are looked at.</param>
public sealed class MedusaProposer(MedusaHeads heads, int branches = 4) : IProposer
{
    private readonly float[] _logits = new float[heads.Count * heads.Vocabulary];
    private readonly float[] _hidden = new float[heads.Width];
    private readonly int[] _best = new int[heads.Count * branches];
    private readonly double[] _chances = new double[heads.Count * branches];
    private readonly PriorityQueue<(int Node, double Reached, int Depth, int Branch), double> _open = new();
    private readonly Dictionary<int, GrammarCursor> _cursors = [];

    public string Name => "medusa";

    public void Propose(in ProposalContext context, TokenTree tree)
    {
        if (context.Hidden.Length != heads.Width)
        {
            return;
        }

        context.Hidden.CopyTo(_hidden);
        heads.Run(_hidden, _logits);
        Rank(context);
        _open.Clear();
        _cursors.Clear();
        if (context.Constraint is { } constraint)
        {
            _cursors[0] = new GrammarCursor().CopyFrom(constraint);
        }

        Open(0, 1, 0, 0);
        var nodes = 0;
        while (nodes < context.MaxNodes && _open.TryDequeue(out var next, out _) && next.Reached >= context.NodeWorth)
        {
            Open(next.Node, next.Reached / _chances[(next.Depth * branches) + next.Branch], next.Depth, next.Branch + 1);
            var token = _best[(next.Depth * branches) + next.Branch];
            GrammarCursor? cursor = null;
            if (_cursors.TryGetValue(next.Node, out var before) && !(cursor = new GrammarCursor().CopyFrom(before)).TryAdvance(token))
            {
                continue;
            }

            var node = tree.Add(next.Node, token, null, context.Proposer, Kind(next.Depth, next.Branch));
            nodes++;
            if (cursor is not null)
            {
                _cursors[node] = cursor;
            }

            if (next.Depth + 1 < Math.Min(heads.Count, context.MaxDepth) && !context.EndTokens.Contains(token))
            {
                Open(node, next.Reached, next.Depth + 1, 0);
            }
        }
    }

    public void Complete(ReadOnlySpan<int> prompt, ReadOnlySpan<int> output)
    {
    }

    public void Dispose()
    {
    }

    private void Open(int node, double reached, int depth, int branch)
    {
        if (branch < branches)
        {
            reached *= _chances[(depth * branches) + branch];
            _open.Enqueue((node, reached, depth, branch), -reached);
        }
    }

    private void Rank(in ProposalContext context)
    {
        for (var head = 0; head < heads.Count; head++)
        {
            var row = _logits.AsSpan(head * heads.Vocabulary, heads.Vocabulary);
            for (var branch = 0; branch < branches; branch++)
            {
                var best = TensorPrimitives.IndexOfMax<float>(row);
                _best[(head * branches) + branch] = best;
                _chances[(head * branches) + branch] = Math.Max(1e-6, context.Chance(Kind(head, branch), 0.6 / (1 << branch) / (1 + (0.3 * head))));
                row[best] = float.NegativeInfinity;
            }
        }
    }

    private int Kind(int head, int branch) => Math.Min((head * branches) + branch, ProposalAccount.Kinds - 1);
}
