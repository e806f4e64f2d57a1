using System.Text;

namespace Understudy.Inference.Tokenization;

/// <summary>
/// The printable character that stands for each byte in the files of byte-level vocabularies (GPT-2): printable Latin-1 stands for itself,
/// every other byte, in order, for the next character from U+0100.
/// </summary>
internal static class ByteLevelAlphabet
{
    private static readonly char[] Characters = Build();
    private static readonly Dictionary<char, byte> Bytes = Characters.Select((character, value) => (character, value)).ToDictionary(pair => pair.character, pair => (byte)pair.value);

    public static char Character(byte value) => Characters[value];

    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            text.Append(Characters[value]);
        }

        return text.ToString();
    }

    /// <summary>The bytes that a token stands for; null when it has a character outside of the alphabet.</summary>
    public static byte[]? Read(string token)
    {
        var bytes = new byte[token.Length];
        for (var index = 0; index < token.Length; index++)
        {
            if (!Bytes.TryGetValue(token[index], out bytes[index]))
            {
                return null;
            }
        }

        return bytes;
    }

    private static char[] Build()
    {
        var characters = new char[256];
        var next = (char)256;
        for (var value = 0; value < 256; value++)
        {
            characters[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : next++;
        }

        return characters;
    }
}
