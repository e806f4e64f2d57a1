using CsCheck;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Tests.Tokenization;

public sealed class BpeTrainerTests
{
    [Fact]
    public void Merges_RandomWords_AreThoseOfCountingAnewEveryTime()
    {
        var words = Gen.Dictionary(Gen.String[Gen.Char["abcé"], 1, 8], Gen.Long[1, 20])[1, 12];
        words.Sample(pieces => Assert.Equal(CountAnew(pieces, 20, 2), BpeTrainer.Merges(pieces, 20, 2, CancellationToken.None)), iter: 400, seed: "0000000000001");
    }

    [Fact]
    public void Train_RepeatedWords_MakesThemTokens()
    {
        var tokenizer = BpeTrainer.Train(Enumerable.Repeat("play the song \"play\" by name_of", 10), new() { Vocabulary = 300, SpecialTokens = ["<|endoftext|>", "<|call|>"] });

        Assert.Equal(["play", " ", "the", " ", "song", " ", "\"", "play", "\"", " ", "by", " ", "name_of"], Pieces(tokenizer, "play the song \"play\" by name_of"));
        Assert.Equal(0, tokenizer.EndOfText);
        Assert.Equal(1, tokenizer.Id("<|call|>"));
        Assert.True(tokenizer.VocabularySize <= 300);
    }

    [Fact]
    public void Train_VocabularyWithoutRoomForBytes_SaysHowLargeItMustBe()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => BpeTrainer.Train(["a"], new() { Vocabulary = 256 }));
        Assert.Contains("257", error.Message, StringComparison.Ordinal);
    }

    private static string[] Pieces(TextTokenizer tokenizer, string text) => [.. tokenizer.Encode(text).Select(id => tokenizer.Decode([id]))];

    /// <summary>The plain algorithm: count all pairs, merge the best, start again.</summary>
    private static List<(int Left, int Right)> CountAnew(Dictionary<string, long> pieces, int count, int minCount)
    {
        var words = pieces.Select(piece => (Tokens: System.Text.Encoding.UTF8.GetBytes(piece.Key).Select(value => (int)value).ToList(), Count: piece.Value)).ToList();
        var merges = new List<(int Left, int Right)>();
        while (merges.Count < count)
        {
            var counts = new Dictionary<(int Left, int Right), long>();
            foreach (var (tokens, times) in words)
            {
                foreach (var pair in tokens.Zip(tokens.Skip(1)))
                {
                    counts[pair] = counts.GetValueOrDefault(pair) + times;
                }
            }

            var frequent = counts.Where(entry => entry.Value >= minCount).OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).ToList();
            if (frequent.Count == 0)
            {
                break;
            }

            var best = frequent[0].Key;
            foreach (var (tokens, _) in words)
            {
                for (var at = 0; at + 1 < tokens.Count; at++)
                {
                    if ((tokens[at], tokens[at + 1]) == best)
                    {
                        tokens[at] = 256 + merges.Count;
                        tokens.RemoveAt(at + 1);
                    }
                }
            }

            merges.Add(best);
        }

        return merges;
    }
}
