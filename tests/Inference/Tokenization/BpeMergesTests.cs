using System.Diagnostics;
using CsCheck;
using Microsoft.ML.Tokenizers;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Tests.Tokenization;

public sealed class BpeMergesTests
{
    private const string Alphabet = "abcdé😀 \n";

    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.String[Gen.Char["abcdéqж \n"], 1, 40],
        Gen.Select(Gen.OneOfConst("a", "ab", "abcab", "é", "qж", "😀a", "a🙈"), Gen.Int[1, 500], (part, times) => string.Concat(Enumerable.Repeat(part, times))),
        Gen.String[Gen.Char["abcdéqж"], 300, 600]);

    [Theory]
    [InlineData(true, null, false, null, null)]
    [InlineData(true, null, false, null, "</w>")]
    [InlineData(false, null, false, null, null)]
    [InlineData(false, "<unk>", false, null, null)]
    [InlineData(false, "<unk>", true, null, null)]
    [InlineData(false, "<unk>", true, "##", null)]
    [InlineData(false, null, false, null, "</w>")]
    [InlineData(false, "<unk>", false, "##", "</w>")]
    public void Encode_AnyPiece_GivesTheLibrarysTokens(bool byteLevel, string? unknown, bool fuse, string? prefix, string? suffix) =>
        Gen.Select(Gen.Int[0, 60], Gen.Int, Piece.Array[6]).Sample(
            (merges, seed, pieces) =>
            {
                var (options, vocabulary) = Random(merges, new(seed), byteLevel, unknown, fuse, prefix, suffix);
                var library = BpeTokenizer.Create(options);
                var ours = new BpeMerges(options, vocabulary);
                Assert.All(pieces, piece =>
                {
                    var ids = new List<int>();
                    ours.Encode(piece, ids);
                    Assert.Equal(library.EncodeToIds(piece, considerPreTokenization: false, considerNormalization: false), ids);
                });
            },
            iter: 150);

    [Theory]
    [InlineData("play")]
    [InlineData(".")]
    public void Encode_LongPiece_TakesAboutAsLongAsShorterOnes(string part)
    {
        const int Length = 160_000, Times = 40;
        var tokenizer = BpeTrainer.Train(["play play plays player ... .. ...... layer"], new() { Vocabulary = 280 });
        var (longer, shorter) = (string.Concat(Enumerable.Repeat(part, Length / part.Length)), string.Concat(Enumerable.Repeat(part, Length / Times / part.Length)));
        tokenizer.Encode(longer); // what runs first is compiled
        var (inParts, whole) = (Best(shorter, Times), Best(longer, 1));
        Assert.True(whole < 12 * inParts, $"{whole}, {inParts}"); // by the library: over 30

        TimeSpan Best(string piece, int times) => Enumerable.Range(0, 3).Min(_ =>
        {
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < times; i++)
            {
                tokenizer.Encode(piece);
            }

            return Stopwatch.GetElapsedTime(began);
        });
    }

    /// <summary>A vocabulary of all characters, but for some that are unknown, and of what random pairs of its tokens make.</summary>
    private static (BpeOptions Options, Dictionary<string, int> Vocabulary) Random(int count, Random random, bool byteLevel, string? unknown, bool fuse, string? prefix, string? suffix)
    {
        var characters = byteLevel
            ? Enumerable.Range(0, 256).Select(value => ByteLevelAlphabet.Character((byte)value).ToString())
            : Alphabet.EnumerateRunes().Select(rune => rune.ToString());
        var tokens = characters.SelectMany(c => new[] { "", prefix }.Distinct().SelectMany(before => new[] { "", suffix }.Distinct().Select(behind => before + c + behind))).Distinct().ToList();
        var parts = byteLevel ? ByteLevelAlphabet.Write(System.Text.Encoding.UTF8.GetBytes(Alphabet)).Select(c => c.ToString()).ToList() : [.. tokens];
        var merges = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var (left, right) = (parts[random.Next(parts.Count)], parts[random.Next(parts.Count)]);
            if (!(prefix is null || right.StartsWith(prefix, StringComparison.Ordinal)) || merges.Contains($"{left} {right}") || left.Contains(' ', StringComparison.Ordinal) || right.Contains(' ', StringComparison.Ordinal))
            {
                continue;
            }

            var whole = left + right[(prefix?.Length ?? 0)..];
            merges.Add($"{left} {right}");
            if (!tokens.Contains(whole))
            {
                tokens.Add(whole);
                parts.Add(whole);
            }
        }

        if (unknown is not null)
        {
            tokens.Add(unknown);
        }

        var vocabulary = tokens.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        return (new(vocabulary)
        {
            Merges = merges,
            ByteLevel = byteLevel,
            PreTokenizer = null,
            UnknownToken = unknown,
            FuseUnknownTokens = fuse,
            ContinuingSubwordPrefix = prefix,
            EndOfWordSuffix = suffix,
        }, vocabulary);
    }
}
