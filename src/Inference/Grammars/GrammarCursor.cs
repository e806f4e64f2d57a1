namespace Understudy.Inference.Grammars;

/// <summary>Where an output stands in a grammar, and how many tokens it may still have. Not thread-safe.</summary>
public sealed class GrammarCursor
{
    private TokenGrammar? _grammar;
    private GrammarState? _state;
    private TokenMask? _limited;
    private int _left;
    private int _limitedFor = -1;

    /// <summary>A cursor to copy others into.</summary>
    public GrammarCursor()
    {
    }

    internal GrammarCursor(TokenGrammar grammar, GrammarState state, int maxTokens) => (_grammar, _state, _left) = (grammar, state, maxTokens);

    /// <summary>The output is complete and nothing can follow.</summary>
    public bool HasEnded => _state is null or { IsFinal: true } || (_state.IsComplete && _grammar!.Mask(_state).Count == 0);

    /// <summary>Tokens that may come next; null after the end, where it does not matter.</summary>
    public TokenMask? Mask
    {
        get
        {
            if (HasEnded)
            {
                return null;
            }

            var mask = _grammar!.Mask(_state!);
            if (_grammar.IsFar(_state!, _left - 1))
            {
                return mask;
            }

            if (_limitedFor != _left)
            {
                _limited ??= new(_grammar.Vocabulary);
                _grammar.Limit(_state!, _left - 1, _limited);
                _limitedFor = _left;
            }

            return _limited;
        }
    }

    /// <summary>
    /// How the text can go on while there is no choice, or one among a few: every way up to the place where anything or too much can follow.
    /// Ways in the order of their bytes; none where nothing is determined.
    /// </summary>
    /// <param name="mostBytes">Of a way.</param>
    /// <param name="mostForks">Choices on a way.</param>
    /// <param name="ways">Filled with them.</param>
    internal void Outlook(int mostBytes, int mostForks, List<GrammarWay> ways)
    {
        if (!HasEnded)
        {
            GrammarWay.Follow(_state!, _grammar!, mostBytes, mostForks, ways);
        }
    }

    public GrammarCursor CopyFrom(GrammarCursor other)
    {
        (_grammar, _state, _left, _limitedFor) = (other._grammar, other._state, other._left, -1);
        return this;
    }

    /// <summary>Whether <see cref="Mask"/> has a token, which is known much sooner than the mask; after the end anything may stand.</summary>
    public bool Allows(int token) => HasEnded || Follow(token, out _);

    /// <summary>Moves over a token, if it may stand here.</summary>
    public bool TryAdvance(int token)
    {
        if (HasEnded || !Follow(token, out var next))
        {
            return false;
        }

        (_state, _left, _limitedFor) = (next, _left - 1, -1);
        return true;
    }

    /// <summary>Moves over a token that <see cref="Mask"/> allows; after the end nothing moves.</summary>
    /// <exception cref="ArgumentException">The token is not allowed.</exception>
    public void Advance(int token)
    {
        if (!HasEnded && !TryAdvance(token))
        {
            throw new ArgumentException($"Token {token} is not allowed here.", nameof(token));
        }
    }

    /// <param name="next">The state after the token; null after an end token.</param>
    private bool Follow(int token, out GrammarState? next)
    {
        if (_grammar!.IsEnd(token) && _state!.IsComplete)
        {
            next = null;
            return true;
        }

        next = _grammar.Next(_state!, token);
        return next is not null && _grammar.LeastTokens(next) <= _left - 1;
    }
}
