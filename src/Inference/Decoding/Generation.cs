using System.Diagnostics;
using System.Runtime.InteropServices;
using Understudy.Inference.Grammars;
using Understudy.Inference.Speculation;

namespace Understudy.Inference.Decoding;

/// <summary>
/// One output in the making, pulled a pass of the model at a time, so that a host can take turns between several and drop one within a step.
/// Works on tokens; <see cref="TextGeneration"/> adds text and stop strings. Not thread-safe.
/// </summary>
public sealed class Generation : IDisposable
{
    private readonly DecoderSession _session;
    private readonly GenerationOptions _options;
    private readonly Speculator? _speculator;
    private readonly TreeVerifier _verifier;
    private readonly Random _random;
    private readonly GrammarCursor? _constraint;
    private readonly TokenTree _tree = new();
    private readonly List<int> _tokens;
    private readonly List<GeneratedToken> _emitted = [];
    private readonly int _promptLength;
    private readonly float[] _hidden;
    private readonly TreePasses _passes;
    private int _hiddenLength;
    private readonly GenerationStatistics _statistics;
    private double _prefill, _draft, _verify, _decode;
    private int _forwards, _proposed, _accepted, _reused;
    private int _walked; // proposals that the last pass accepted
    private bool _started;

    /// <param name="session">Holds the tokens afterwards; not owned. A prefix of the prompt that it holds already is not run again, where the output is repeatable as far as <see cref="DecoderSession.ForgetRounded"/> leaves it.</param>
    /// <param name="prompt">At least one token.</param>
    /// <param name="speculator">Null to go token by token. Not owned.</param>
    /// <exception cref="SequenceTooLongException">The prompt leaves no room for a token.</exception>
    /// <exception cref="GenerationOptionsInvalidException">With everything that is out of its limits.</exception>
    public Generation(DecoderSession session, IReadOnlyList<int> prompt, GenerationOptions options, Speculator? speculator = null)
    {
        options.Validate();
        if (prompt.Count >= session.Model.MaxTokens)
        {
            throw new SequenceTooLongException(prompt.Count + 1, session.Model.MaxTokens);
        }

        (_session, _options, _speculator, _promptLength) = (session, options, speculator, prompt.Count);
        _verifier = new(options.Sampling, speculator?.Options.Rule ?? AcceptanceRule.Lossless, session.Model.Vocabulary);
        _random = SeededRandom.Create(options.Sampling.Seed);
        _constraint = options.Grammar?.Begin(Math.Min(options.MaxTokens, session.Model.MaxTokens - prompt.Count));
        _tokens = new(prompt.Count + Math.Min(options.MaxTokens, 4096));
        _tokens.AddRange(prompt);
        _passes = new(session, _tokens, _tree, guarded: speculator is not null && options.Sampling.IsGreedy && speculator.Options.Rule == AcceptanceRule.Lossless);
        if (options.Sampling.IsRepeatable)
        {
            session.ForgetRounded(CollectionsMarshal.AsSpan(_tokens));
        }

        _hidden = speculator is null ? [] : new float[session.Model.Shape.Width];
        _statistics = new() { PromptTokens = prompt.Count };
    }

    /// <summary><see cref="FinishReason.None"/> while there is more to come.</summary>
    public FinishReason Finish { get; private set; }

    /// <summary>The output so far.</summary>
    public ReadOnlySpan<int> Output => CollectionsMarshal.AsSpan(_tokens)[_promptLength..];

    public GenerationStatistics Statistics => _statistics with
    {
        ReusedTokens = _reused,
        Tokens = _tokens.Count - _promptLength,
        Forwards = _forwards,
        Proposed = _proposed,
        Accepted = _accepted,
        PrefillMilliseconds = _prefill,
        DraftMilliseconds = _draft,
        VerifyMilliseconds = _verify,
        DecodeMilliseconds = _decode,
    };

    /// <summary>Makes one pass of the model, the first time over the prompt, and gives the tokens that came of it; the list is reused. Empty when finished.</summary>
    public IReadOnlyList<GeneratedToken> Advance()
    {
        _emitted.Clear();
        if (Finish != FinishReason.None)
        {
            return _emitted;
        }

        var began = Stopwatch.GetTimestamp();
        if (!_started)
        {
            Begin();
            _prefill = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
        else
        {
            Step();
            _decode += Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        if (Finish != FinishReason.None)
        {
            _speculator?.Complete(CollectionsMarshal.AsSpan(_tokens)[.._promptLength], Output);
        }

        return _emitted;
    }

    /// <summary>Ends the generation as a stop string would, also where it has just run out of room.</summary>
    /// <param name="surplus">Tokens of the last pass behind the one that completed the stop string; they are forgotten, since token by token they would not have come.</param>
    internal void Stop(int surplus)
    {
        _tokens.RemoveRange(_tokens.Count - surplus, surplus);
        _accepted -= Math.Min(_walked, _emitted.Count);
        _emitted.RemoveRange(_emitted.Count - surplus, surplus);
        _accepted += Math.Min(_walked, _emitted.Count);
        if (Finish == FinishReason.None)
        {
            _speculator?.Complete(CollectionsMarshal.AsSpan(_tokens)[.._promptLength], Output);
        }

        Finish = FinishReason.Stop;
    }

    public void Dispose() => _tree.Dispose();

    private void Begin()
    {
        _started = true;
        var prompt = CollectionsMarshal.AsSpan(_tokens);
        _reused = Math.Min(_session.Tokens.CommonPrefixLength(prompt), prompt.Length - 1);
        var logits = _passes.Begin();
        KeepHidden(0);
        var token = _verifier.Choose(logits, prompt, _constraint, _random);
        _tokens.Add(token);
        Emit(token, logits);
        _constraint?.Advance(token);
        CheckComplete();
    }

    private void Step()
    {
        var pending = _passes.Pending;
        var room = Math.Min(_options.MaxTokens - (_tokens.Count - _promptLength), _session.Model.MaxTokens - _tokens.Count) - 1;
        _tree.Reset(_tokens[^1]);
        var began = Stopwatch.GetTimestamp();
        _speculator?.Propose(
            _tree, CollectionsMarshal.AsSpan(_tokens), _promptLength, _hidden.AsSpan(0, _hiddenLength), _options.Sampling, _random, _constraint, _options.EndTokens,
            room, _session.Model.MaxTokens - _tokens.Count, _session.Model.SupportsTrees);
        var drafted = Stopwatch.GetTimestamp();
        _draft += Stopwatch.GetElapsedTime(began, drafted).TotalMilliseconds;
        var logits = _passes.Score();
        var verified = Stopwatch.GetElapsedTime(drafted).TotalMilliseconds;
        _verify += verified;
        _forwards++;
        var before = _tokens.Count;
        var next = _verifier.Walk(_tree, logits, _tokens, _constraint, _random, _speculator?.Controller.Account, _passes.Noise);
        if (next >= 0)
        {
            _tokens.Add(next);
            _constraint?.Advance(next);
        }

        var path = _verifier.Path;
        for (var i = 0; before + i < _tokens.Count && Finish == FinishReason.None; i++)
        {
            Emit(_tokens[before + i], logits.Slice(path[i] * _session.Model.Vocabulary, _session.Model.Vocabulary));
        }

        KeepHidden(path[^1]);
        var kept = _passes.Keep(path);
        var redone = _verifier.Undecided && !_passes.IsExact && Finish == FinishReason.None ? Decide() : 0; // a chain's bits are right: the next pass decides
        _proposed += _tree.Count - 1;
        _walked = path.Length - 1;
        _accepted += Math.Min(_walked, _emitted.Count);
        _speculator?.Record(_tree, path, kept, pending - 1 + _tree.Count, verified, redone);
        _tokens.RemoveRange(before + _emitted.Count, _tokens.Count - before - _emitted.Count); // what stands behind an end token
        CheckComplete();
    }

    /// <summary>
    /// The two best tokens are so close that rounding decides between them, and a pass over several tokens rounds otherwise than a pass
    /// over one. So that the output stays what it is without speculation, what was computed together is computed again one by one.
    /// </summary>
    /// <returns>The milliseconds that it took.</returns>
    private double Decide()
    {
        var began = Stopwatch.GetTimestamp();
        var logits = _passes.Again(out var passes);
        _forwards += passes;
        var next = _verifier.Choose(logits, CollectionsMarshal.AsSpan(_tokens), _constraint, _random);
        _tokens.Add(next);
        _constraint?.Advance(next);
        Emit(next, logits);
        KeepHidden(0);
        var milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        _verify += milliseconds;
        return milliseconds;
    }

    private void KeepHidden(int row)
    {
        var width = _session.Model.Shape.Width;
        var hidden = _session.Hidden;
        _hiddenLength = _hidden.Length > 0 && hidden.Length >= (row + 1) * width ? width : 0;
        hidden.Slice(_hiddenLength == 0 ? 0 : row * width, _hiddenLength).CopyTo(_hidden);
    }

    private void Emit(int token, ReadOnlySpan<float> logits)
    {
        _emitted.Add(_options.LogProbabilities is { } top ? LogProbabilities.Of(token, logits, top) : new(token, double.NaN, []));
        if (_options.EndTokens.Contains(token))
        {
            Finish = FinishReason.Stop;
        }
    }

    /// <summary>Nothing but an end may follow, or there is no room for more.</summary>
    private void CheckComplete()
    {
        if (Finish != FinishReason.None)
        {
            return;
        }

        if (_constraint is { HasEnded: true })
        {
            Finish = FinishReason.Stop;
        }
        else if (_tokens.Count - _promptLength >= _options.MaxTokens || _tokens.Count >= _session.Model.MaxTokens)
        {
            Finish = FinishReason.Length;
        }
    }
}
