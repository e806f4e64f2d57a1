namespace Understudy.Inference.Decoding;

/// <summary>
/// One sequence in a decoder: its tokens, and the keys and values of them in native memory. Tokens are appended by running them and
/// forgotten by <see cref="Rollback"/>, which costs nothing. Logits are unnormalised log-probabilities of the next token; a span of them
/// is valid until the next call. Not thread-safe; sessions of one model may run at the same time.
/// </summary>
public sealed class DecoderSession : IDisposable
{
    private readonly SequenceState _state;
    private readonly int _vocabulary; // tokens that can be chosen
    private readonly List<int> _tokens = [];
    private readonly List<int> _readings = []; // where the passes that read prompts began
    private int _read; // tokens that were read as prompts
    private int _plain; // tokens that are prompts, or ran one by one behind such
    private int _chained; // the same, chains among them

    internal DecoderSession(DecoderModel model, SequenceState state, int vocabulary) => (Model, _state, _vocabulary) = (model, state, vocabulary);

    public DecoderModel Model { get; }

    /// <summary>Tokens in the cache.</summary>
    public int Length => _tokens.Count;

    /// <summary>The tokens in the cache.</summary>
    public ReadOnlySpan<int> Tokens => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Logits of the last run, [rows, V].</summary>
    public ReadOnlySpan<float> Logits => _state.Logits;

    /// <summary>What the output head read in the last run, [rows, D]; empty for a Hugging Face export.</summary>
    public ReadOnlySpan<float> Hidden => _state.Hidden;

    /// <summary>Where the last prompt ends, as far as it is still held; what stands behind it was written.</summary>
    internal int PromptLength { get; private set; }

    /// <summary>Tokens from the first on that ran in the passes in which they run where nothing goes ahead of the model.</summary>
    internal int PlainLength => _plain;

    /// <summary>The tokens whose keys and values do not depend, to the last bit, on whether anything went ahead of the model.</summary>
    internal ReadOnlySpan<int> Repeatable => Tokens[..(RoundsAlike ? _chained : _read)];

    /// <summary>Whether a chain is known to round as its tokens one by one do.</summary>
    private bool RoundsAlike => Model.KnownNoise is { Chain: 0 };

    /// <summary>
    /// Makes the session hold exactly this prompt, and gives the logits after it, [V]. The longest prefix that is cached already is not run
    /// again (its last token always is, for its logits).
    /// </summary>
    /// <param name="prompt">At least one token.</param>
    /// <exception cref="SequenceTooLongException">The prompt is longer than the model's <see cref="DecoderModel.MaxTokens"/>.</exception>
    public ReadOnlySpan<float> Prefill(ReadOnlySpan<int> prompt)
    {
        if (prompt.IsEmpty)
        {
            throw new ArgumentException("The prompt has no token; give at least one (a start token for an empty text).", nameof(prompt));
        }

        var held = Tokens.CommonPrefixLength(prompt);
        Rollback(Math.Min(held, prompt.Length - 1));
        var start = Length;
        var reads = _read == start;
        var logits = Run(prompt[start..], [], 1, plain: true);
        PromptLength = Length;
        _read = reads ? Length : _read;
        if (reads && held < prompt.Length && (_readings.Count == 0 || _readings[^1] < start)) // the last token alone, for its logits, is no reading
        {
            _readings.Add(start);
        }

        return logits;
    }

    /// <summary>Appends a token and gives the logits after it, [V].</summary>
    public ReadOnlySpan<float> Step(int token) => Run([token], [], 1, plain: true);

    /// <summary>Appends tokens and gives the logits after each, [tokens, V].</summary>
    public ReadOnlySpan<float> Score(ReadOnlySpan<int> tokens) => Run(tokens, [], tokens.Length);

    /// <summary>Appends a tree of tokens and gives the logits after each, [tokens, V]. Call <see cref="KeepPath"/> or <see cref="Rollback"/> before anything else.</summary>
    /// <param name="tokens">Any number ≥ 1.</param>
    /// <param name="parents">Of each token the index of the one it follows, which stands before it; −1 for those that follow the cached text.</param>
    /// <exception cref="ArgumentException">A parent stands behind its child, or there are not as many parents as tokens.</exception>
    /// <exception cref="InvalidOperationException">The session is empty.</exception>
    /// <exception cref="NotSupportedException">The model's family cannot (<see cref="DecoderModel.SupportsTrees"/>) and the tree is no chain.</exception>
    public ReadOnlySpan<float> ScoreTree(ReadOnlySpan<int> tokens, ReadOnlySpan<int> parents) => ScoreTree(tokens, parents, tokens.Length);

    /// <param name="rows">Only the last so many tokens' logits are wanted.</param>
    internal ReadOnlySpan<float> ScoreTree(ReadOnlySpan<int> tokens, ReadOnlySpan<int> parents, int rows)
    {
        if (parents.Length != tokens.Length)
        {
            throw new ArgumentException($"The tree has {tokens.Length} tokens and {parents.Length} parents; it needs as many.", nameof(parents));
        }

        var chain = true;
        for (var i = 0; i < parents.Length; i++)
        {
            if (parents[i] < -1 || parents[i] >= i)
            {
                throw new ArgumentException($"Token {i} of the tree has the parent {parents[i]}; a parent stands before its child: −1 … {i - 1}.", nameof(parents));
            }

            chain &= parents[i] == i - 1;
        }

        if (!chain && Length == 0)
        {
            throw new InvalidOperationException("A tree needs a text to stand behind: attention takes what comes first for a chain. Run a prompt first.");
        }

        return Run(tokens, chain ? [] : parents, rows);
    }

    /// <summary>Of the tokens that the last <see cref="ScoreTree(ReadOnlySpan{int}, ReadOnlySpan{int})"/> or <see cref="Score"/> appended keeps one path, and forgets the others.</summary>
    /// <param name="start">The length before that call.</param>
    /// <param name="path">Indices of the tree's tokens, each following the one before; may be empty.</param>
    public void KeepPath(int start, ReadOnlySpan<int> path)
    {
        _state.Keep(start, path);
        for (var i = 0; i < path.Length; i++)
        {
            _tokens[start + i] = _tokens[start + path[i]];
        }

        var first = 0; // tokens that stay where they were
        while (first < path.Length && path[first] == first)
        {
            first++;
        }

        _chained = Math.Min(_chained, start + first);
        _tokens.RemoveRange(start + path.Length, _tokens.Count - start - path.Length);
    }

    /// <summary>Forgets all but the first <paramref name="length"/> tokens.</summary>
    public void Rollback(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length < _tokens.Count)
        {
            _state.Truncate(length);
            _tokens.RemoveRange(length, _tokens.Count - length);
            while (_readings.Count > 0 && _readings[^1] > length)
            {
                _readings.RemoveAt(_readings.Count - 1);
            }

            (PromptLength, _read, _plain, _chained) = (Math.Min(PromptLength, length), Math.Min(_read, length), Math.Min(_plain, length), Math.Min(_chained, length));
        }
    }

    /// <summary>
    /// Forgets what is not the beginning of a prompt, and of that all from where how an earlier output was computed has moved the last bits, so that what
    /// follows the prompt is the same whether somebody went ahead of the model there or not. Where a chain is known to round as its tokens one by one do, that
    /// is what stood behind a branch; elsewhere it is the whole output, which is then read again as part of the prompt, and of a prompt that was read to its end
    /// what its last pass read: in another pass its last token would be rounded otherwise than it was the first time.
    /// </summary>
    public void ForgetRounded(ReadOnlySpan<int> prompt)
    {
        Rollback(Repeatable.CommonPrefixLength(prompt));
        if (Length >= prompt.Length - 1 && !RoundsAlike) // its last token may have run in a tree since
        {
            var end = Length;
            Rollback(_readings.FindLast(start => start < end));
        }
    }

    public void Dispose() => _state.Dispose();

    /// <param name="plain">Whether they run together where nothing goes ahead of the model, too.</param>
    private ReadOnlySpan<float> Run(scoped ReadOnlySpan<int> tokens, scoped ReadOnlySpan<int> parents, int rows, bool plain = false)
    {
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("There is no token to run; give at least one.", nameof(tokens));
        }

        if (Length + tokens.Length > Model.MaxTokens)
        {
            throw new SequenceTooLongException(Length + tokens.Length, Model.MaxTokens);
        }

        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)Model.Vocabulary)
            {
                throw new ArgumentException($"Token {token} is not in the vocabulary; tokens are 0 … {Model.Vocabulary - 1}.", nameof(tokens));
            }
        }

        try
        {
            _state.Run(tokens, parents, rows);
        }
        catch
        {
            _state.Truncate(_tokens.Count); // long runs are cut, and parts of them may have been cached
            throw;
        }

        var chain = parents.IsEmpty ? tokens.Length : 0;
        while (chain < parents.Length && parents[chain] == chain - 1)
        {
            chain++;
        }

        _plain += plain && _plain == Length ? tokens.Length : 0;
        _chained += _chained == Length ? chain : 0;
        _tokens.AddRange(tokens);
        var logits = _state.Logits;
        for (var row = 0; row < logits.Length && _vocabulary < Model.Vocabulary; row += Model.Vocabulary)
        {
            logits[(row + _vocabulary)..(row + Model.Vocabulary)].Fill(float.NegativeInfinity);
        }

        return logits;
    }
}
