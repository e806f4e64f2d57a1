using System.Text;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.FunctionCalls;

/// <summary>The words of a request that stands there as tokens.</summary>
/// <param name="Words">Parted by blanks in the text.</param>
/// <param name="Firsts">By word, the place of the token with its first byte.</param>
public sealed record RequestWords(IReadOnlyList<string> Words, IReadOnlyList<int> Firsts)
{
    /// <param name="tokens">Of the request alone.</param>
    public static RequestWords Of(TextTokenizer tokenizer, ReadOnlySpan<int> tokens)
    {
        var (words, firsts, word) = (new List<string>(), new List<int>(), new List<byte>());
        for (var place = 0; place < tokens.Length; place++)
        {
            foreach (var letter in tokenizer.TokenBytes(tokens[place]))
            {
                if (letter == (byte)' ')
                {
                    End();
                    continue;
                }

                if (word.Count == 0)
                {
                    firsts.Add(place);
                }

                word.Add(letter);
            }
        }

        End();
        return new(words, firsts);

        void End()
        {
            if (word.Count > 0)
            {
                words.Add(Encoding.UTF8.GetString([.. word]));
                word.Clear();
            }
        }
    }
}
