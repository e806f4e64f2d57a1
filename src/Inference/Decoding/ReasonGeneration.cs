using Understudy.Inference.Grammars;
using Understudy.Inference.Speculation;

namespace Understudy.Inference.Decoding;

/// <summary>
/// The reason that a model taught by rationales writes before its answer (Fine-tune-CoT, arXiv 2212.10071): free text up to the token that begins
/// the answer. It leaves a quarter of the room for that; where it does not come to its end by itself, it is ended there.
/// </summary>
internal sealed class ReasonGeneration
{
    private const int AnswerShare = 4;

    private readonly LanguageModel _model;
    private readonly GenerationOptions _options;
    private readonly int _marker, _room;

    /// <param name="room">Tokens of reason and answer together, at least two; the marker between them may come on top.</param>
    /// <param name="options">With an answer token.</param>
    /// <exception cref="GrammarInvalidException">There is no room for the shortest answer that the options allow.</exception>
    public ReasonGeneration(LanguageModel model, DecoderSession session, IReadOnlyList<int> prompt, int room, GenerationOptions options, Speculator? speculator)
    {
        options.Validate();
        (_model, _options, _marker, _room) = (model, options, options.AnswerToken!.Value, room);
        options.Grammar?.Begin(_room - 1);
        var answer = Math.Max(options.Grammar?.ShortestTokens ?? 1, _room / AnswerShare);
        Generation = new(session, prompt, options with { MaxTokens = Math.Max(1, _room - answer), EndTokens = [_marker, .. options.EndTokens], Grammar = null, LogProbabilities = null }, speculator);
    }

    public Generation Generation { get; }

    /// <summary>The reason; null while it is being written.</summary>
    public WrittenReason? Whole()
    {
        if (Generation.Finish == FinishReason.None)
        {
            return null;
        }

        var written = Generation.Output.ToArray();
        var text = written.Where(token => token != _marker && !_options.EndTokens.Contains(token)).ToArray();
        return new(_model.Tokenizer.Decode(text).Trim(), written, [.. text, _marker], _room - written.Length, Generation.Statistics);
    }
}
