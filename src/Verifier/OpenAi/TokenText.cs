using System.Text;
using System.Text.Unicode;
using Understudy.Inference.Tokenization;

namespace Understudy.Verifier.OpenAi;

/// <summary>Tokens as they are shown by themselves.</summary>
internal static class TokenText
{
    /// <summary>The text of a token; where it is only part of a character, its bytes in OpenAI's notation.</summary>
    public static string Of(TextTokenizer tokenizer, int token)
    {
        var bytes = tokenizer.TokenBytes(token);
        return Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : "bytes:" + string.Concat(bytes.ToArray().Select(value => $"\\x{value:x2}"));
    }

    public static int[] Bytes(TextTokenizer tokenizer, int token) => [.. tokenizer.TokenBytes(token).ToArray().Select(value => (int)value)];
}
