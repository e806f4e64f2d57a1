using System.Text;
using System.Text.Unicode;

namespace Understudy.Inference.Tokenization;

/// <summary>Tokens as they are shown by themselves. Thread-safe.</summary>
public static class TokenText
{
    /// <summary>The text of a token; where it is only part of a character, its bytes in OpenAI's notation.</summary>
    public static string Of(TextTokenizer tokenizer, int token)
    {
        var bytes = tokenizer.TokenBytes(token);
        return Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : "bytes:" + string.Concat(bytes.ToArray().Select(value => $"\\x{value:x2}"));
    }

    /// <summary>Its bytes, as OpenAI's API gives them.</summary>
    public static int[] Bytes(TextTokenizer tokenizer, int token) => [.. tokenizer.TokenBytes(token).ToArray().Select(value => (int)value)];
}
