using System.Text;

namespace Understudy.Inference.Tokenization;

/// <summary>Turns tokens into text one at a time, and never gives half a character: bytes wait until their character is whole. Not thread-safe.</summary>
/// <param name="special">Whether special tokens are written out; without, they are left out.</param>
/// <param name="begun">Whether a text stands before the first token, which then is not the first of the text.</param>
public sealed class TokenTextStream(TextTokenizer tokenizer, bool special = false, bool begun = false)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private bool _first = !begun;
    private bool _space;

    /// <summary>For what a model writes behind a prompt: the two together are one text, which begins with the output only where the prompt has special tokens alone.</summary>
    public static TokenTextStream Behind(IReadOnlyList<int> prompt, TextTokenizer tokenizer) => new(tokenizer, begun: prompt.Any(token => !tokenizer.IsSpecial(token)));

    /// <returns>The characters that this token completes; may be empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public string Append(int id)
    {
        if (!special && tokenizer.IsSpecial(id))
        {
            return "";
        }

        var bytes = tokenizer.Bytes(id, _first);
        _first = false;
        var characters = new char[bytes.Length + 2];
        var count = _decoder.GetChars(bytes, characters, flush: false);
        return Spaced(new string(characters, 0, count));
    }

    /// <summary>What is left when no token follows: U+FFFD for a character that was not completed.</summary>
    public string Flush()
    {
        var characters = new char[4];
        return new string(characters, 0, _decoder.GetChars([], characters, flush: true));
    }

    /// <summary>Holds a space at the end back until something follows it, where the tokenizer says that it stands between words.</summary>
    private string Spaced(string text)
    {
        if (!tokenizer.TrimsEnd || text.Length == 0)
        {
            return text;
        }

        var all = _space ? " " + text : text;
        _space = all[^1] == ' ';
        return _space ? all[..^1] : all;
    }
}
