using System.Buffers;

namespace Understudy.Inference.Speculation;

/// <summary>
/// Continuations that proposers suggest, merged by common prefix (SpecInfer, arXiv 2305.09781). Node 0 is the text's last token, whose
/// successors are in question; every other node follows a node before it. Beside the nodes stand the <em>proposals</em>: two proposers
/// that suggest the same token share a node, but each is a trial of its own when the tree is verified. Not thread-safe.
/// </summary>
public sealed class TokenTree : IDisposable
{
    private readonly List<int> _tokens = [], _parents = [], _depths = [], _first = [];
    private readonly List<Proposal> _proposals = [];
    private readonly Stack<float[]> _free = [];
    private readonly List<float[]> _rented = [];

    /// <summary>Nodes, the root among them.</summary>
    public int Count => _tokens.Count;

    public ReadOnlySpan<int> Tokens => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Of each node the one it follows; −1 for the root.</summary>
    public ReadOnlySpan<int> Parents => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_parents);

    /// <summary>The root's is 0.</summary>
    public int Depth(int node) => _depths[node];

    /// <summary>Begins a new tree.</summary>
    public void Reset(int root)
    {
        _tokens.Clear();
        _parents.Clear();
        _depths.Clear();
        _first.Clear();
        _proposals.Clear();
        foreach (var distribution in _rented)
        {
            _free.Push(distribution);
        }

        _rented.Clear();
        AddNode(-1, root, 0);
    }

    /// <summary>Suggests that <paramref name="token"/> follows <paramref name="parent"/>, and gives its node.</summary>
    /// <param name="drawnFrom">
    /// The distribution that the token was drawn from, [V], from <see cref="RentDistribution"/>; null for a token that the text so far
    /// determines. What is suggested, and how much, must not depend on which token was drawn here, else sampling is no longer exact.
    /// </param>
    /// <param name="proposer">Who suggests it, for the account.</param>
    /// <param name="kind">Of which kind of its suggestions, for the account.</param>
    public int Add(int parent, int token, float[]? drawnFrom = null, int proposer = 0, int kind = 0)
    {
        var node = Child(parent, token);
        if (node < 0)
        {
            node = AddNode(parent, token, _depths[parent] + 1);
        }
        else if (drawnFrom is null && IsDetermined(parent, node))
        {
            return node; // after the first trial failed, the token's probability is 0
        }

        var proposal = new Proposal(node, drawnFrom, proposer, kind);
        var last = _first[parent];
        if (last < 0)
        {
            _first[parent] = _proposals.Count;
        }
        else
        {
            while (_proposals[last].Next >= 0)
            {
                last = _proposals[last].Next;
            }

            _proposals[last] = _proposals[last] with { Next = _proposals.Count };
        }

        _proposals.Add(proposal);
        return node;
    }

    /// <summary>The child with this token; −1 when there is none.</summary>
    public int Child(int parent, int token)
    {
        for (var proposal = _first[parent]; proposal >= 0; proposal = _proposals[proposal].Next)
        {
            if (_tokens[_proposals[proposal].Node] == token)
            {
                return _proposals[proposal].Node;
            }
        }

        return -1;
    }

    /// <summary>Room for a distribution, [V] or longer; the tree takes it back by itself.</summary>
    public float[] RentDistribution(int vocabulary)
    {
        if (!_free.TryPop(out var distribution) || distribution.Length < vocabulary)
        {
            distribution = ArrayPool<float>.Shared.Rent(vocabulary);
        }

        _rented.Add(distribution);
        return distribution;
    }

    public void Dispose()
    {
        Reset(0);
        foreach (var distribution in _free)
        {
            ArrayPool<float>.Shared.Return(distribution);
        }

        _free.Clear();
    }

    /// <summary>Who suggested a node first.</summary>
    internal int FirstProposer(int node)
    {
        var proposal = _first[_parents[node]];
        while (_proposals[proposal].Node != node)
        {
            proposal = _proposals[proposal].Next;
        }

        return _proposals[proposal].Proposer;
    }

    /// <summary>The first proposal behind a node; −1 for none.</summary>
    internal int FirstProposal(int node) => _first[node];

    internal Proposal ProposalAt(int index) => _proposals[index];

    private bool IsDetermined(int parent, int node)
    {
        for (var proposal = _first[parent]; proposal >= 0; proposal = _proposals[proposal].Next)
        {
            if (_proposals[proposal].Node == node && _proposals[proposal].DrawnFrom is null)
            {
                return true;
            }
        }

        return false;
    }

    private int AddNode(int parent, int token, int depth)
    {
        _tokens.Add(token);
        _parents.Add(parent);
        _depths.Add(depth);
        _first.Add(-1);
        return _tokens.Count - 1;
    }

    /// <param name="Node">What is suggested.</param>
    /// <param name="DrawnFrom">Null for a determined token.</param>
    /// <param name="Proposer">Who suggests it.</param>
    /// <param name="Kind">Of which kind.</param>
    /// <param name="Next">The next proposal behind the same node; −1 for none.</param>
    internal readonly record struct Proposal(int Node, float[]? DrawnFrom, int Proposer, int Kind, int Next = -1);
}
