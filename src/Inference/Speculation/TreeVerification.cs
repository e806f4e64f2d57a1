using System.Runtime.InteropServices;
using Understudy.Inference.Decoding;
using Understudy.Inference.Grammars;

namespace Understudy.Inference.Speculation;

/// <summary>
/// The target's half of speculation, for a draft that runs elsewhere: trees come in, the taken path and a token of the target's own go out,
/// and the cache stays between them. Sampling is exact whatever the trees are, as long as they do not depend on the target's draws to come:
/// their tokens count as determined. Not thread-safe.
/// </summary>
public sealed class TreeVerification : IDisposable
{
    /// <summary>The largest tree.</summary>
    public const int MaxNodes = 256;

    private readonly DecoderSession _session;
    private readonly GenerationOptions _options;
    private readonly TreeVerifier _verifier;
    private readonly Random _random;
    private readonly GrammarCursor? _constraint;
    private readonly TokenTree _tree = new();
    private readonly TreePasses _passes;
    private readonly List<int> _tokens;
    private readonly int _promptLength;

    /// <param name="session">Not owned.</param>
    /// <param name="prompt">At least one token.</param>
    /// <exception cref="SequenceTooLongException">The prompt leaves no room for a token.</exception>
    /// <exception cref="GenerationOptionsInvalidException">With everything that is out of its limits.</exception>
    public TreeVerification(DecoderSession session, IReadOnlyList<int> prompt, GenerationOptions options)
    {
        options.Validate();
        if (prompt.Count >= session.Model.MaxTokens)
        {
            throw new SequenceTooLongException(prompt.Count + 1, session.Model.MaxTokens);
        }

        (_session, _options, _tokens, _promptLength) = (session, options, [.. prompt], prompt.Count);
        if (options.Sampling.IsRepeatable)
        {
            session.ForgetRounded(CollectionsMarshal.AsSpan(_tokens));
        }

        _passes = new(session, _tokens, _tree, guarded: options.Sampling.IsGreedy);
        _verifier = new(options.Sampling, AcceptanceRule.Lossless, session.Model.Vocabulary);
        _random = SeededRandom.Create(options.Sampling.Seed);
        _constraint = options.Grammar?.Begin(Math.Min(options.MaxTokens, session.Model.MaxTokens - prompt.Count));
    }

    /// <summary>The text is complete; nothing more can be verified.</summary>
    public bool Ended { get; private set; }

    /// <summary>The output so far.</summary>
    public ReadOnlySpan<int> Output => CollectionsMarshal.AsSpan(_tokens)[_promptLength..];

    /// <summary>Runs the prompt, and gives the first token. Call it once, first.</summary>
    public int Begin()
    {
        var logits = _passes.Begin();
        var token = _verifier.Choose(logits, CollectionsMarshal.AsSpan(_tokens), _constraint, _random);
        Take(token);
        return token;
    }

    /// <summary>Verifies what may follow the text so far. A tree of nothing gives the next token by itself.</summary>
    /// <param name="tokens">One a node; at most <see cref="MaxNodes"/>.</param>
    /// <param name="parents">Of each node the one it follows, which stands before it; −1 for those that follow the text.</param>
    /// <exception cref="TokenTreeInvalidException">A child stands before its parent, a token is not in the vocabulary, or the tree is too large. Nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">The text is complete, or <see cref="Begin"/> has not been called.</exception>
    public VerifiedPath Verify(IReadOnlyList<int> tokens, IReadOnlyList<int> parents)
    {
        if (Ended || _tokens.Count == _promptLength)
        {
            throw new InvalidOperationException(Ended ? "The text is complete; begin another." : "The prompt has not been run; begin first.");
        }

        Check(tokens, parents);
        var room = Math.Min(_options.MaxTokens - (_tokens.Count - _promptLength), _session.Model.MaxTokens - _tokens.Count) - 1;
        _tree.Reset(_tokens[^1]);
        var nodes = new List<int>(tokens.Count); // of each of theirs, ours; −1 where the text would be too long
        for (var i = 0; i < tokens.Count; i++)
        {
            var parent = parents[i] < 0 ? 0 : nodes[parents[i]];
            nodes.Add(parent >= 0 && _tree.Depth(parent) < room && _tokens.Count - 1 + _tree.Count < _session.Model.MaxTokens ? _tree.Add(parent, tokens[i]) : -1);
        }

        var correction = _verifier.Walk(_tree, _passes.Score(), _tokens, _constraint, _random, null, _passes.Noise);
        var path = _verifier.Path.ToArray();
        _passes.Keep(path);
        List<int> taken = []; // from the last on by their parents: equal siblings are one node of ours
        for (var node = nodes.IndexOf(path[^1]); node >= 0; node = parents[node])
        {
            taken.Insert(0, node);
        }

        var end = taken.FindIndex(node => _options.EndTokens.Contains(tokens[node]));
        if (end >= 0)
        {
            Ended = true;
            return new(taken[..(end + 1)], -1, true);
        }

        if (_verifier.Undecided)
        {
            correction = _verifier.Choose(_passes.Again(out _), CollectionsMarshal.AsSpan(_tokens), _constraint, _random);
        }

        if (correction < 0)
        {
            Ended = true;
        }
        else
        {
            Take(correction);
        }

        return new(taken, correction, Ended);
    }

    public void Dispose() => _tree.Dispose();

    private void Take(int token)
    {
        _tokens.Add(token);
        _constraint?.Advance(token);
        Ended = _options.EndTokens.Contains(token) || _constraint is { HasEnded: true }
            || _tokens.Count - _promptLength >= _options.MaxTokens || _tokens.Count >= _session.Model.MaxTokens;
    }

    private void Check(IReadOnlyList<int> tokens, IReadOnlyList<int> parents)
    {
        if (tokens.Count != parents.Count)
        {
            throw new TokenTreeInvalidException($"The tree has {tokens.Count} tokens and {parents.Count} parents; each token needs one.");
        }

        if (tokens.Count > MaxNodes)
        {
            throw new TokenTreeInvalidException($"The tree has {tokens.Count} nodes; at most {MaxNodes} are verified at once.");
        }

        for (var i = 0; i < tokens.Count; i++)
        {
            if (parents[i] < -1 || parents[i] >= i)
            {
                throw new TokenTreeInvalidException($"Node {i} has the parent {parents[i]}; a parent stands before its child (−1 for the text), so there can be no cycle.");
            }

            if ((uint)tokens[i] >= (uint)_session.Model.Vocabulary)
            {
                throw new TokenTreeInvalidException($"Node {i} has the token {tokens[i]}; the vocabulary has 0 … {_session.Model.Vocabulary - 1}.");
            }
        }
    }
}
