using Understudy.Inference.Decoding;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Tokenization;

namespace Understudy.Verifier.OpenAi;

/// <summary>
/// The log-probabilities of one output's tokens, as they come. Tokens that end the text or that a stop string swallowed are left out.
/// Not thread-safe.
/// </summary>
internal sealed class LogProbabilityList(TextTokenizer tokenizer, IReadOnlyList<int> endTokens)
{
    private readonly TokenTextStream _stream = new(tokenizer);
    private readonly List<(GeneratedToken Token, int Offset)> _tokens = [];
    private int _length;

    /// <summary>Adds the tokens of a pass.</summary>
    /// <param name="textLength">Of the whole text, when it is complete; else null.</param>
    public void Add(IEnumerable<GeneratedToken> tokens, int? textLength)
    {
        foreach (var token in tokens.Where(token => !endTokens.Contains(token.Id)))
        {
            if (textLength is null || _length < textLength)
            {
                _tokens.Add((token, _length));
            }

            _length += _stream.Append(token.Id).Length;
        }
    }

    /// <summary>What has been added since the last call, for a chat.</summary>
    public ChatLogProbabilities TakeForChat()
    {
        var content = _tokens.Select(entry => Entry(entry.Token.Id, entry.Token.LogProbability, [.. entry.Token.Top.Select(top => Entry(top.Id, top.LogProbability, null))])).ToArray();
        _tokens.Clear();
        return new(content, null);
    }

    /// <summary>What has been added since the last call, for a plain completion.</summary>
    public CompletionLogProbabilities Take()
    {
        var taken = new CompletionLogProbabilities(
            [.. _tokens.Select(entry => TokenText.Of(tokenizer, entry.Token.Id))],
            [.. _tokens.Select(entry => Finite(entry.Token.LogProbability))],
            [.. _tokens.Select(entry => Best(entry.Token))],
            [.. _tokens.Select(entry => entry.Offset)]);
        _tokens.Clear();
        return taken;
    }

    private Dictionary<string, double> Best(GeneratedToken token)
    {
        var best = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var top in token.Top)
        {
            best.TryAdd(TokenText.Of(tokenizer, top.Id), Finite(top.LogProbability));
        }

        return best;
    }

    private ChatTokenLogProbability Entry(int token, double logProbability, IReadOnlyList<ChatTokenLogProbability>? top) =>
        new(TokenText.Of(tokenizer, token), Finite(logProbability), TokenText.Bytes(tokenizer, token), top);

    /// <summary>JSON has no −∞; OpenAI writes this for what is next to impossible.</summary>
    private static double Finite(double logProbability) => Math.Max(logProbability, -9999);
}
