using System.Globalization;
using System.Text;

namespace Understudy.Inference.Tokenization;

/// <summary>What bytes a token of the vocabulary stands for. Depends on nothing but whether the token is the first, so that it can stream.</summary>
internal abstract class TokenDecoder
{
    /// <summary>Whether a trailing space belongs to the token after it, and goes when there is none.</summary>
    public virtual bool TrimsEnd => false;

    public abstract byte[] Bytes(string token, bool first);

    /// <summary>Those of an added token.</summary>
    public virtual byte[] AddedBytes(string token, bool first) => Bytes(token, first);
}

internal sealed class ByteLevelDecoder : TokenDecoder
{
    public override byte[] Bytes(string token, bool first) => ByteLevelAlphabet.Read(token) ?? Encoding.UTF8.GetBytes(token);

    /// <summary>Added tokens are text, not letters that stand for bytes.</summary>
    public override byte[] AddedBytes(string token, bool first) => Encoding.UTF8.GetBytes(token);
}

/// <summary>Tokens as they are written.</summary>
internal sealed class PlainDecoder : TokenDecoder
{
    public override byte[] Bytes(string token, bool first) => Encoding.UTF8.GetBytes(token);
}

/// <summary>Words are parted by spaces; a prefix marks what continues a word. Clean-up pulls punctuation and contractions to the word before.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : TokenDecoder
{
    private static readonly string[] Glued = [".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re"];

    public override byte[] Bytes(string token, bool first)
    {
        var continues = !first && token.StartsWith(prefix, StringComparison.Ordinal) && token.Length > prefix.Length;
        var text = continues ? token[prefix.Length..] : token;
        return Encoding.UTF8.GetBytes(first || continues || (cleanup && Glued.Contains(text)) ? text : " " + text);
    }
}

/// <summary>A suffix marks the end of a word.</summary>
internal sealed class SuffixDecoder(string suffix) : TokenDecoder
{
    public override bool TrimsEnd => true;

    public override byte[] Bytes(string token, bool first) => Encoding.UTF8.GetBytes(
        suffix.Length > 0 && token.EndsWith(suffix, StringComparison.Ordinal) ? token[..^suffix.Length] + " " : token);
}

/// <summary>A mark stands for the space that opens a word, and <c>&lt;0xNN&gt;</c> for a byte.</summary>
/// <param name="stripFirst">Whether the first token loses the space that the encoder put before the text.</param>
internal sealed class MetaspaceDecoder(string mark, bool stripFirst, bool byteFallback) : TokenDecoder
{
    public override byte[] Bytes(string token, bool first)
    {
        if (byteFallback && token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value))
        {
            return [value];
        }

        var text = token.Replace(mark, " ", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(first && stripFirst && text.StartsWith(' ') ? text[1..] : text);
    }
}
