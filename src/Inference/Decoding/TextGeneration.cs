using System.Runtime.CompilerServices;
using System.Text;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Decoding;

/// <summary>One output as text in the making; gives its sequence back to the model when disposed. Not thread-safe.</summary>
public sealed class TextGeneration : IDisposable
{
    private readonly LanguageModel _model;
    private readonly DecoderSession _session;
    private readonly Generation _generation;
    private readonly TokenTextStream _stream;
    private readonly StopStrings _stops;
    private readonly StringBuilder _text = new();
    private readonly GenerationOptions _options;

    internal TextGeneration(LanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, Speculator? speculator)
    {
        (_model, _options) = (model, options);
        _session = model.Rent(prompt);
        try
        {
            _generation = new(_session, prompt, options, speculator);
        }
        catch
        {
            model.Return(_session);
            throw;
        }

        _stream = new(model.Tokenizer);
        _stops = new(options.Stop);
    }

    public FinishReason Finish => _generation.Finish;

    /// <summary>The text so far, without stop strings.</summary>
    public string Text => _text.ToString();

    /// <summary>The tokens so far, an end token or stop string among them.</summary>
    public ReadOnlySpan<int> Tokens => _generation.Output;

    public GenerationStatistics Statistics => _generation.Statistics;

    /// <summary>Makes one pass of the model. Empty when finished; the list is reused.</summary>
    /// <param name="text">What became certain: may be empty, when a character or a stop string is only begun.</param>
    public IReadOnlyList<GeneratedToken> Advance(out string text)
    {
        var tokens = _generation.Advance();
        var released = new StringBuilder();
        foreach (var token in tokens)
        {
            if (!_options.EndTokens.Contains(token.Id))
            {
                released.Append(_stops.Append(_stream.Append(token.Id)));
            }
        }

        if (_stops.Found)
        {
            _generation.Stop();
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

    /// <summary>Gives the text in pieces as they become certain, computing each on the caller's thread when it is asked for.</summary>
    public async IAsyncEnumerable<string> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (Finish == FinishReason.None)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Advance(out var text);
            if (text.Length > 0)
            {
                yield return text;
            }

            await Task.Yield(); // whoever shares the thread gets a turn between two passes
        }
    }

    public void Dispose()
    {
        _generation.Dispose();
        _model.Return(_session);
    }
}
