using Understudy.Inference.Decoding;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Tokenization;

namespace Understudy.Verifier.OpenAi;

/// <summary>
/// The log-probabilities of one output's tokens, as their text becomes certain. Tokens that end the text or that a stop string swallowed are
/// left out. Not thread-safe.
/// </summary>
internal sealed class LogProbabilityList(IReadOnlyList<int> prompt, TextTokenizer tokenizer, IReadOnlyList<int> endTokens)
{
    private readonly TokenTextStream _stream = TokenTextStream.Behind(prompt, tokenizer);
    private readonly List<(GeneratedToken Token, int Offset)> _tokens = [];
    private int _length, _certain;

    /// <summary>Adds the tokens of a pass.</summary>
    /// <param name="textLength">Of the text so far, without what is held back: tokens behind it are not given yet, for a stop string may swallow them.</param>
    public void Add(IEnumerable<GeneratedToken> tokens, int textLength)
    {
        _certain = textLength;
        foreach (var token in tokens.Where(token => !endTokens.Contains(token.Id)))
        {
            _tokens.Add((token, _length));
            _length += _stream.Append(token.Id).Length;
        }
    }

    /// <summary>What has become certain since the last call, for a chat.</summary>
    public ChatLogProbabilities TakeForChat() =>
        new([.. Certain().Select(entry => Entry(entry.Token.Id, entry.Token.LogProbability, [.. entry.Token.Top.Select(top => Entry(top.Id, top.LogProbability, null))]))], null);

    /// <summary>What has become certain since the last call, for a plain completion.</summary>
    public CompletionLogProbabilities Take()
    {
        var tokens = Certain();
        return new(
            [.. tokens.Select(entry => TokenText.Of(tokenizer, entry.Token.Id))],
            [.. tokens.Select(entry => Finite(entry.Token.LogProbability))],
            [.. tokens.Select(entry => Best(entry.Token))],
            [.. tokens.Select(entry => entry.Offset)]);
    }

    private (GeneratedToken Token, int Offset)[] Certain()
    {
        (GeneratedToken, int)[] taken = [.. _tokens.TakeWhile(entry => entry.Offset < _certain)];
        _tokens.RemoveRange(0, taken.Length);
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
