using System.Text;

namespace Understudy.Inference.Tokenization;

/// <summary>Turns tokens into text one at a time, and never gives half a character: bytes wait until their character is whole. Not thread-safe.</summary>
/// <param name="special">Whether special tokens are written out; without, they are left out.</param>
public sealed class TokenTextStream(TextTokenizer tokenizer, bool special = false)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private bool _first = true;
    private bool _space;

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
