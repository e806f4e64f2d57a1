using Understudy.Inference.Classification;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Decoding;

/// <summary>
/// A decoder with its tokenizer. Finished sequences are kept, so that a request whose prompt begins as an earlier one did does not read all of it
/// again; a repeatable one goes on from what <see cref="DecoderSession.ForgetRounded"/> leaves of it. Thread-safe.
/// </summary>
/// <param name="decoder">Owned from here on.</param>
/// <param name="keptSessions">Finished sequences kept, at most; the one unused for longest goes first.</param>
/// <param name="endTokens">Tokens that end an answer; null or none for the tokenizer's <see cref="TextTokenizer.EndOfText"/>.</param>
public sealed class LanguageModel(DecoderModel decoder, TextTokenizer tokenizer, int keptSessions = 4, IReadOnlyList<int>? endTokens = null) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<DecoderSession> _idle = []; // the one used last stands last
    private StepCosts? _costs;
    private bool _disposed;

    public DecoderModel Decoder => decoder;

    public TextTokenizer Tokenizer => tokenizer;

    /// <summary>Tokens that end an answer; none where neither the model's files nor its tokenizer name one.</summary>
    public IReadOnlyList<int> EndTokens { get; } = endTokens is { Count: > 0 } ? endTokens : tokenizer.EndOfText is { } end ? [end] : [];

    /// <summary>Of the decoder; measured when first asked for.</summary>
    public StepCosts Costs
    {
        get
        {
            lock (decoder)
            {
                return _costs ??= StepCosts.Measure(decoder);
            }
        }
    }

    /// <summary>
    /// Opens a model and the <c>tokenizer.json</c> beside it (or above it). An answer ends at the <c>eos_token_id</c> of a <c>generation_config.json</c> or
    /// <c>config.json</c> there; where neither names one, at the tokenizer's <see cref="TextTokenizer.EndOfText"/>.
    /// </summary>
    /// <param name="path">An ONNX file.</param>
    /// <exception cref="ModelInvalidException">The model cannot be used, or its tokenizer is missing or has tokens that the model lacks.</exception>
    /// <exception cref="TokenizerInvalidException">The tokenizer cannot be read.</exception>
    public static LanguageModel Load(string path, DecoderOptions? options = null)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] places = [Path.Combine(folder, "tokenizer.json"), Path.Combine(folder, "..", "tokenizer.json")];
        if (!File.Exists(path))
        {
            throw new ModelInvalidException($"There is no model '{path}'. Train or download it, or name another file.");
        }

        var tokenizer = TextTokenizer.Load(places.FirstOrDefault(File.Exists)
            ?? throw new ModelInvalidException($"There is no 'tokenizer.json' beside '{path}' or one folder up. Put the model's tokenizer there."));
        var decoder = DecoderModel.Load(path, options);
        if (tokenizer.VocabularySize > decoder.Vocabulary)
        {
            decoder.Dispose();
            throw new ModelInvalidException($"The tokenizer of '{path}' has {tokenizer.VocabularySize} tokens and the model {decoder.Vocabulary}. They do not belong together; use the model's own tokenizer.");
        }

        return new(decoder, tokenizer, endTokens: ModelConfiguration.EndTokens(path, tokenizer.VocabularySize));
    }

    /// <summary>Begins an output. Dispose it, to give its sequence back.</summary>
    /// <param name="speculator">Null to go token by token; its draft must have this model's vocabulary.</param>
    /// <exception cref="SequenceTooLongException">The prompt leaves no room for a token.</exception>
    /// <exception cref="GenerationOptionsInvalidException">With everything that is out of its limits.</exception>
    public TextGeneration Generate(IReadOnlyList<int> prompt, GenerationOptions options, Speculator? speculator = null) => new(this, prompt, options, speculator);

    /// <summary>A new, empty sequence, in which only tokens of the tokenizer can come. Whoever asks for it disposes of it.</summary>
    public DecoderSession NewSession() => decoder.NewSession(tokenizer.VocabularySize);

    /// <summary>A sequence that may hold a prefix of the prompt already.</summary>
    /// <param name="repeatable">Whether only what <see cref="DecoderSession.ForgetRounded"/> leaves of a sequence is of use.</param>
    public DecoderSession Rent(IReadOnlyList<int> prompt, bool repeatable = false)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var best = _idle.MaxBy(session => (Shared(session), Answers(session)));
            if (best is not null && (_idle.Count >= keptSessions || Answers(best) || GoesOn(best)))
            {
                _idle.Remove(best);
                return best;
            }
        }

        return NewSession();

        ReadOnlySpan<int> Useful(DecoderSession session) => repeatable ? session.Repeatable : session.Tokens;

        int Shared(DecoderSession session) => Common(Useful(session), prompt);

        // Behind this very prompt stands only what was written then.
        bool Answers(DecoderSession session) => Shared(session) == prompt.Count && session.PromptLength <= prompt.Count;

        // Less than half of its own text, which may be asked for again, is no reason to cut it while there is room for another.
        bool GoesOn(DecoderSession session) => Shared(session) is var shared and > 0 && shared >= Useful(session).Length / 2;
    }

    /// <summary>Gives a sequence back that was rented.</summary>
    public void Return(DecoderSession session)
    {
        DecoderSession? surplus = session;
        lock (_lock)
        {
            if (!_disposed && keptSessions > 0)
            {
                _idle.Add(session);
                surplus = null;
                if (_idle.Count > keptSessions)
                {
                    surplus = _idle[0];
                    _idle.RemoveAt(0);
                }
            }
        }

        surplus?.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _idle.ForEach(session => session.Dispose());
            _idle.Clear();
        }

        decoder.Dispose();
    }

    private static int Common(ReadOnlySpan<int> tokens, IReadOnlyList<int> prompt)
    {
        var length = Math.Min(tokens.Length, prompt.Count);
        for (var i = 0; i < length; i++)
        {
            if (tokens[i] != prompt[i])
            {
                return i;
            }
        }

        return length;
    }
}
