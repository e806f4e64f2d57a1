namespace Understudy.Inference.Grammars;

/// <summary>A place in a grammar with what was worked out about it. States are shared; what is worked out twice by two threads is the same.</summary>
internal sealed class GrammarState(GrammarFrame frame)
{
    private readonly Lock _lock = new();
    private Successor[] _next = []; // few bytes may stand at most places
    private UInt128 _low, _high; // the bytes that were tried
    private int _leastTokens = -1;

    public GrammarFrame Frame => frame;

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
                    _next = [.. _next, new(next, grammar.State(after))];
                }
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

    /// <summary>Tokens that complete the text from here: not fewer than are needed, and always enough.</summary>
    public int LeastTokens(TokenTrie trie)
    {
        if (_leastTokens < 0)
        {
            _leastTokens = trie.LeastTokens(GrammarFrame.Completion(frame));
        }

        return _leastTokens;
    }

    private readonly record struct Successor(byte Byte, GrammarState State);
}
