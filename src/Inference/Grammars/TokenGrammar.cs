using System.Collections.Concurrent;
using System.Text.Json;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Grammars;

/// <summary>
/// What a model may write, token by token: a JSON schema compiled for a vocabulary. Whatever a model prefers, its output is valid JSON of
/// the schema, also when the tokens run out: a token is allowed only if the rest can still be completed within the limit. Places are
/// worked out when they are first met, and kept. Thread-safe.
/// </summary>
public sealed class TokenGrammar
{
    /// <summary>Places kept; then all are forgotten.</summary>
    private const int MostStates = 8192;

    private readonly ConcurrentDictionary<GrammarFrame, GrammarState> _states = new();
    private readonly TokenTrie _trie;
    private readonly int[] _endTokens;
    private readonly GrammarFrame _start;
    private readonly GrammarNode _root;
    private readonly int _mostRest; // bytes that complete the text from anywhere

    /// <param name="bytes">Of each token of the vocabulary; null for special ones.</param>
    /// <param name="endTokens">Allowed where the text may end and may also go on.</param>
    /// <exception cref="GrammarInvalidException">The vocabulary cannot spell what the schema asks for.</exception>
    internal TokenGrammar(GrammarNode root, IReadOnlyList<byte[]?> bytes, IEnumerable<int> endTokens)
        : this(root, new TokenTrie(bytes), [.. endTokens])
    {
    }

    private TokenGrammar(GrammarNode root, TokenTrie trie, int[] endTokens)
    {
        (_trie, _endTokens, _start, _root) = (trie, endTokens, root.Enter(new EndFrame()), root);
        _mostRest = trie.HasEveryByte ? root.MostRest : int.MaxValue;
        ShortestTokens = State(_start).LeastTokens(_trie);
        if (ShortestTokens == int.MaxValue)
        {
            throw new GrammarInvalidException([$"the tokenizer has no tokens for {System.Text.Encoding.UTF8.GetString(root.Shortest)}; it needs one for every byte"]);
        }
    }

    /// <summary>Tokens of the shortest text.</summary>
    public int ShortestTokens { get; }

    /// <summary>Places that are worked out. Each may hold a few kilobytes, and a bit for every token.</summary>
    public int Places => _states.Count;

    /// <summary>Compiles a JSON schema. Objects take their known names in any order, each at most once; there is no space but after a colon or comma.</summary>
    /// <param name="endTokens">Tokens that end an answer; null for the tokenizer's <see cref="TextTokenizer.EndOfText"/>.</param>
    /// <exception cref="GrammarInvalidException">With everything that is wrong with the schema, also when nothing can satisfy it.</exception>
    public static TokenGrammar FromJsonSchema(JsonElement schema, TextTokenizer tokenizer, IReadOnlyList<int>? endTokens = null) =>
        new(JsonSchemaReader.Read(schema), tokenizer.Trie, endTokens is not null ? [.. endTokens] : tokenizer.EndOfText is { } end ? [end] : []);

    /// <summary>The same schema for one input: its strings of the format <c>extract</c> are words of it. Cheap; the vocabulary is shared.</summary>
    /// <exception cref="GrammarInvalidException">The vocabulary cannot spell what the schema asks for.</exception>
    public TokenGrammar ForInput(string input) => _root.With(ExtractNode.Of(input)) is var bound && bound == _root ? this : new(bound, _trie, _endTokens);

    /// <summary>A cursor before the first token.</summary>
    /// <param name="maxTokens">The output will have this many at most.</param>
    /// <exception cref="GrammarInvalidException">The shortest valid text is longer.</exception>
    public GrammarCursor Begin(int maxTokens) => maxTokens >= ShortestTokens
        ? new(this, State(_start), maxTokens)
        : throw new GrammarInvalidException([$"the shortest text of the schema has {ShortestTokens} tokens, and {maxTokens} were allowed; allow more"]);

    internal int Vocabulary => _trie.Vocabulary;

    /// <summary>Shared by all grammars of a tokenizer.</summary>
    internal TokenTrie Trie => _trie;

    internal GrammarFrame Start => _start;

    internal GrammarState State(GrammarFrame frame)
    {
        if (_states.TryGetValue(frame, out var state))
        {
            return state;
        }

        if (_states.Count >= MostStates)
        {
            _states.Clear();
        }

        return _states.GetOrAdd(frame, static key => new(key));
    }

    /// <summary>The state after a token; null when it cannot stand here. One that ends the text is no part of it, even if it could be spelled there.</summary>
    internal GrammarState? Next(GrammarState state, int token)
    {
        if ((uint)token >= (uint)_trie.Vocabulary || _trie.Bytes(token).IsEmpty || IsEnd(token))
        {
            return null;
        }

        var at = state;
        foreach (var next in _trie.Bytes(token))
        {
            if ((at = at!.Next(next, this)) is null)
            {
                return null;
            }
        }

        return at;
    }

    /// <summary>Every token that can stand here, whatever the limit.</summary>
    internal TokenMask Mask(GrammarState state)
    {
        if (state.Mask is { } known)
        {
            return known;
        }

        var mask = new TokenMask(Vocabulary);
        var most = 0;
        // Where every byte has a token every text can be completed: how far that is need not be known yet.
        Collect(state, 0, mask, _mostRest == int.MaxValue ? int.MaxValue - 1 : int.MaxValue, ref most);
        AddEnds(state, mask);
        state.Mask = mask;
        return mask;
    }

    /// <summary>Whether every token of <see cref="Mask"/> leaves a text that <paramref name="left"/> more can complete.</summary>
    internal bool IsFar(GrammarState state, int left)
    {
        if (left >= _mostRest)
        {
            return true;
        }

        if (state.MostTokensAfter < 0)
        {
            var most = 0;
            Collect(state, 0, new(Vocabulary), int.MaxValue - 1, ref most);
            state.MostTokensAfter = most;
        }

        return left >= state.MostTokensAfter;
    }

    /// <summary>Tokens after which the text can still be completed with <paramref name="left"/> more.</summary>
    internal void Limit(GrammarState state, int left, TokenMask mask)
    {
        mask.Clear();
        var most = 0;
        Collect(state, 0, mask, left, ref most);
        AddEnds(state, mask);
    }

    internal bool IsEnd(int token) => _endTokens.Contains(token);

    internal int LeastTokens(GrammarState state) => state.LeastTokens(_trie);

    /// <param name="left">Tokens that may follow at most; <see cref="int.MaxValue"/> where it does not matter.</param>
    /// <param name="most">Raised to the most that any of them needs.</param>
    private void Collect(GrammarState state, int node, TokenMask mask, int left, ref int most)
    {
        foreach (var (next, child) in _trie.Children(node))
        {
            if (state.Next(next, this) is not { } after)
            {
                continue;
            }

            var tokens = _trie.Tokens(child);
            var needed = tokens.IsEmpty || left == int.MaxValue ? 0 : after.LeastTokens(_trie);
            if (!tokens.IsEmpty && needed <= left)
            {
                most = Math.Max(most, needed);
                foreach (var token in tokens)
                {
                    if (!IsEnd(token))
                    {
                        mask.Add(token);
                    }
                }
            }

            Collect(after, child, mask, left, ref most);
        }
    }

    private void AddEnds(GrammarState state, TokenMask mask)
    {
        if (state.IsComplete)
        {
            foreach (var token in _endTokens)
            {
                mask.Add(token);
            }
        }
    }
}
