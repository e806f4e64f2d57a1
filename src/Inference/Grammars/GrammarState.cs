namespace Understudy.Inference.Grammars;

/// <summary>A place in a grammar with what was worked out about it. States are shared; what is worked out twice by two threads is the same.</summary>
internal sealed class GrammarState(GrammarFrame frame)
{
    private readonly GrammarState?[] _next = new GrammarState?[256];
    private readonly bool[] _known = new bool[256];
    private int _leastTokens = -1;

    public GrammarFrame Frame => frame;

    /// <summary>The text may end here.</summary>
    public bool IsComplete { get; } = GrammarFrame.IsComplete(frame);

    /// <summary>The text can only end here.</summary>
    public bool IsFinal => frame is EndFrame;

    /// <summary>What may come next; null until it is worked out.</summary>
    public TokenMask? Mask { get; set; }

    /// <summary>After any allowed token, at most this many are needed to complete the text.</summary>
    public int MostTokensAfter { get; set; }

    /// <summary>The state after a byte; null when it cannot stand here.</summary>
    public GrammarState? Next(byte next, TokenGrammar grammar)
    {
        if (!Volatile.Read(ref _known[next]))
        {
            _next[next] = GrammarFrame.Advance(frame, next) is { } after ? grammar.State(after) : null;
            Volatile.Write(ref _known[next], true);
        }

        return _next[next];
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
}
