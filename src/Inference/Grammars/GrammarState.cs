namespace Understudy.Inference.Grammars;

/// <summary>A place in a grammar with what was worked out about it. States are shared; what is worked out twice by two threads is the same.</summary>
internal sealed class GrammarState(GrammarFrame frame)
{
    /// <summary>Beyond so many successors they stand in a table by byte: in a free string nearly every byte has one, at most other places few.</summary>
    private const int Sparse = 16;

    /// <summary>More ways on from a place are no choice among a few.</summary>
    private const int FewChoices = 3;

    /// <summary>Bytes looked at, the same one from several places among them.</summary>
    private const int MostListed = 64;

    private readonly Lock _lock = new();
    private Successor[] _next = [];
    private GrammarState?[]? _table;
    private UInt128 _low, _high; // the bytes that were tried
    private int _leastTokens = -1;
    private (byte Byte, GrammarState State)[]? _few;

    /// <summary>The text may end here.</summary>
    public bool IsComplete { get; } = GrammarFrame.IsComplete(frame);

    /// <summary>The text can only end here.</summary>
    public bool IsFinal => frame is EndFrame;

    /// <summary>What may come next; null until it is worked out.</summary>
    public TokenMask? Mask { get; set; }

    /// <summary>After any allowed token, at most this many are needed to complete the text; −1 until it is worked out.</summary>
    public int MostTokensAfter { get; set; } = -1;

    /// <summary>The state after a byte; null when it cannot stand here.</summary>
    public GrammarState? Next(byte next, TokenGrammar grammar)
    {
        lock (_lock)
        {
            var bit = UInt128.One << (next & 127);
            ref var tried = ref next < 128 ? ref _low : ref _high;
            if ((tried & bit) == 0)
            {
                tried |= bit;
                if (GrammarFrame.Advance(frame, next) is { } after)
                {
                    Add(next, grammar.State(after));
                }
            }

            if (_table is not null)
            {
                return _table[next];
            }

            foreach (var (of, state) in _next)
            {
                if (of == next)
                {
                    return state;
                }
            }

            return null;
        }
    }

    /// <summary>What can come next where that is one byte or one of a few, optional spaces left out; empty elsewhere, and at the end.</summary>
    public IReadOnlyList<(byte Byte, GrammarState State)> Few(TokenGrammar grammar) => _few ??= [.. Listed()
        .Select(next => (next, State: Next(next, grammar)))
        .Where(pair => pair.State is not null)
        .Select(pair => (pair.next, pair.State!))];

    /// <summary>Tokens that complete the text from here: not fewer than are needed, and always enough.</summary>
    public int LeastTokens(TokenTrie trie)
    {
        if (_leastTokens < 0)
        {
            _leastTokens = trie.LeastTokens(GrammarFrame.Completion(frame));
        }

        return _leastTokens;
    }

    private List<byte> Listed()
    {
        List<byte> bytes = [];
        for (var at = frame; at is not null; at = at.Parent)
        {
            if (!at.TryList(bytes) || bytes.Count > MostListed)
            {
                return [];
            }

            if (!at.CanEnd)
            {
                break;
            }
        }

        bytes = [.. bytes.Distinct().Order()];
        return bytes.Count <= FewChoices ? bytes : [];
    }

    private void Add(byte next, GrammarState state)
    {
        if (_table is null && _next.Length == Sparse)
        {
            _table = new GrammarState?[256];
            foreach (var (of, known) in _next)
            {
                _table[of] = known;
            }

            _next = [];
        }

        if (_table is null)
        {
            _next = [.. _next, new(next, state)];
        }
        else
        {
            _table[next] = state;
        }
    }

    private readonly record struct Successor(byte Byte, GrammarState State);
}
