using System.Numerics.Tensors;
using Understudy.Inference.Grammars;

namespace Understudy.Inference.Speculation;

/// <summary>
/// Medusa (arXiv 2401.10774): heads on the target's last hidden state guess the second, third, … next token. Their best guesses make a
/// sparse tree: nodes are added in the order of their chance, as long as that is worth it.
/// </summary>
public sealed class MedusaProposer : IProposer
{
    /// <summary>Guesses of each head that are looked at.</summary>
    private const int MostBranches = 4;

    private readonly MedusaHeads _heads;
    private readonly int _branches;
    private readonly float[] _logits;
    private readonly float[] _hidden;
    private readonly int[] _best;
    private readonly double[] _chances;
    private readonly int[] _kinds;
    private readonly PriorityQueue<(int Node, double Reached, int Depth, int Branch), double> _open = new();
    private readonly Dictionary<int, GrammarCursor> _cursors = [];

    /// <param name="heads">Shared; not owned.</param>
    public MedusaProposer(MedusaHeads heads)
    {
        (_heads, _branches) = (heads, Math.Min(MostBranches, heads.Guesses));
        (_logits, _hidden) = (new float[heads.Count * heads.Guesses], new float[heads.Width]);
        var looked = heads.Count * _branches;
        (_best, _chances, _kinds) = (new int[looked], new double[looked], new int[looked]);
    }

    public string Name => "medusa";

    public void Propose(in ProposalContext context, TokenTree tree)
    {
        if (context.Hidden.Length != _heads.Width)
        {
            return;
        }

        context.Hidden.CopyTo(_hidden);
        _heads.Run(_hidden, _logits);
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
            Open(next.Node, next.Reached / _chances[(next.Depth * _branches) + next.Branch], next.Depth, next.Branch + 1);
            var token = _best[(next.Depth * _branches) + next.Branch];
            if (context.EndTokens.Contains(token))
            {
                continue;
            }

            GrammarCursor? cursor = null;
            if (_cursors.TryGetValue(next.Node, out var before) && !(cursor = new GrammarCursor().CopyFrom(before)).TryAdvance(token))
            {
                continue;
            }

            var node = tree.Add(next.Node, token, null, context.Proposer, _kinds[(next.Depth * _branches) + next.Branch]);
            nodes++;
            if (cursor is not null)
            {
                _cursors[node] = cursor;
            }

            if (next.Depth + 1 < Math.Min(_heads.Count, context.MaxDepth))
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
        if (branch < _branches)
        {
            reached *= _chances[(depth * _branches) + branch];
            _open.Enqueue((node, reached, depth, branch), -reached);
        }
    }

    /// <summary>The best guesses of each head. How often they are taken is kept apart by the head and by how sure it is.</summary>
    private void Rank(in ProposalContext context)
    {
        var steps = Math.Max(1, ProposalAccount.Kinds / _heads.Count);
        for (var head = 0; head < _heads.Count; head++)
        {
            var row = _logits.AsSpan(head * _heads.Guesses, _heads.Guesses);
            TensorPrimitives.SoftMax<float>(row, row);
            for (var branch = 0; branch < _branches; branch++)
            {
                var (at, best) = ((head * _branches) + branch, TensorPrimitives.IndexOfMax<float>(row));
                _best[at] = _heads.Token(best);
                var step = Math.Min((int)(row[best] * steps), steps - 1);
                _kinds[at] = Math.Min((head * steps) + step, ProposalAccount.Kinds - 1);
                _chances[at] = Math.Max(1e-6, context.Chance(_kinds[at], (step + 0.5) / steps));
                row[best] = 0;
            }
        }
    }
}
