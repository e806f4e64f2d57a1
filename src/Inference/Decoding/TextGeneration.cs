using System.Text;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Decoding;

/// <summary>
/// One output as text in the making; gives its sequence back to the model when disposed. A model that was taught by rationales writes its reason
/// first (<see cref="GenerationOptions.AnswerToken"/>), which is no part of the text. Not thread-safe.
/// </summary>
public sealed class TextGeneration : IDisposable
{
    private readonly LanguageModel _model;
    private readonly DecoderSession _session;
    private readonly TokenTextStream _stream;
    private readonly StopStrings _stops;
    private readonly StringBuilder _text = new();
    private readonly GenerationOptions _options;
    private readonly Speculator? _speculator;
    private readonly IReadOnlyList<int> _prompt;
    private Generation _generation;
    private ReasonGeneration? _reason; // while it is being written
    private WrittenReason? _reasoned; // from then on

    internal TextGeneration(LanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, Speculator? speculator)
    {
        (_model, _options, _prompt, _speculator) = (model, options, prompt, speculator);
        _session = model.Rent(prompt, options.Sampling.IsRepeatable);
        try
        {
            var room = Math.Min(options.MaxTokens, model.Decoder.MaxTokens - prompt.Count - 1); // a marker may have to be put there
            _reason = options.AnswerToken is not null && room > 1 ? new(model, _session, prompt, room, options, speculator) : null;
            _generation = _reason?.Generation ?? new(_session, options.AnswerToken is { } marker ? [.. prompt, marker] : prompt, options, speculator);
        }
        catch
        {
            model.Return(_session);
            throw;
        }

        _stream = TokenTextStream.Behind(prompt, model.Tokenizer);
        _stops = new(options.Stop);
    }

    public FinishReason Finish => _reason is null ? _generation.Finish : FinishReason.None;

    /// <summary>The text so far, without stop strings.</summary>
    public string Text => _text.ToString();

    /// <summary>What the model wrote before the text, to come to it; null for a model that answers at once, with room for one token alone, and before its reason is written.</summary>
    public string? Reason { get; private set; }

    /// <summary>The tokens so far, those of the reason and an end token or stop string among them.</summary>
    public ReadOnlySpan<int> Tokens => _reasoned is null ? _generation.Output : (int[])[.. _reasoned.Tokens, .. _generation.Output];

    public GenerationStatistics Statistics => _reasoned is null ? _generation.Statistics with { PromptTokens = _prompt.Count } : _reasoned.Before(_generation.Statistics);

    /// <summary>Makes one pass of the model. Empty when finished, and while the model writes its reason; the list is reused.</summary>
    /// <param name="text">What became certain: may be empty, when a character or a stop string is only begun.</param>
    public IReadOnlyList<GeneratedToken> Advance(out string text)
    {
        if (_reason is not null)
        {
            text = "";
            AdvanceReason();
            return [];
        }

        var tokens = _generation.Advance();
        var released = new StringBuilder();
        var read = 0;
        for (; read < tokens.Count && !_stops.Found; read++)
        {
            if (!_options.EndTokens.Contains(tokens[read].Id))
            {
                released.Append(_stops.Append(_stream.Append(tokens[read].Id)));
            }
        }

        if (_stops.Found)
        {
            _generation.Stop(tokens.Count - read);
        }
        else if (Finish != FinishReason.None && tokens.Count > 0)
        {
            released.Append(_stops.Append(_stream.Flush())).Append(_stops.Flush());
        }

        text = released.ToString();
        _text.Append(text);
        return tokens;
    }

    /// <summary>Runs to the end.</summary>
    public TextGeneration Run(CancellationToken cancellationToken = default)
    {
        while (Finish == FinishReason.None)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Advance(out _);
        }

        return this;
    }

    public void Dispose()
    {
        _generation.Dispose();
        _model.Return(_session);
    }

    /// <summary>A pass over the reason; once it is whole the answer begins behind it.</summary>
    private void AdvanceReason()
    {
        _generation.Advance();
        if (_reason!.Whole() is not { } written)
        {
            return;
        }

        _generation.Dispose();
        var sampling = _options.Sampling with { Seed = ~_options.Sampling.Seed }; // by the numbers that drew the reason the answer would depend on it twice
        _generation = new(_session, [.. _prompt, .. written.Kept], _options with { MaxTokens = written.Left, Sampling = sampling }, _speculator);
        (Reason, _reasoned, _reason) = (written.Text, written, null);
    }
}
