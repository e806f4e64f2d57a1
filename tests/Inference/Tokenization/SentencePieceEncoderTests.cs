using CsCheck;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Tests.Tokenization;

public sealed class SentencePieceEncoderTests
{
    // Scores are sums of different powers of two, so that no two ways through a text weigh the same.
    private static readonly (string Piece, float Score)[] Vocabulary =
        [("<unk>", 0), ("\u2581", -1.5f), ("a", -1.25f), ("b", -1.125f), ("ab", -2.0625f), ("\u2581a", -2.03125f), ("ba", -3.015625f), ("aab", -3.0078125f)];

    private readonly SentencePieceEncoder _encoder = new(Vocabulary, reserved: 1);

    [Fact]
    public void Encode_RandomTexts_TakesTheMostProbableOfAllWays() =>
        Gen.Char["ab \tx\uFF41"].Array[0, 9].Select(characters => new string(characters)).Sample(text =>
        {
            Assert.Equal(Reference(text), Encode(text, 64));
        });

    [Fact]
    public void Encode_ManyTextsInTurn_NoneSeesWhatAnotherLeft()
    {
        var alone = Encode("ab ba", 64);
        Encode(new string('x', 500), 64);
        Encode("a b aab ab", 64);
        Assert.Equal(alone, Encode("ab ba", 64));
    }

    [Fact]
    public void Encode_MoreTokensThanAskedFor_KeepsTheFirst() => Assert.Equal(Encode("ab xb aab", 64)[..3], Encode("ab xb aab", 3));

    [Fact]
    public void Encode_Empty_IsTheBorder() => Assert.Equal([1], Encode("", 8));

    [Fact]
    public void Encode_UnknownsInARow_AreOneToken() => Assert.Equal([5, 0, 3], Encode("axyzb", 8));

    [Fact]
    public void Encode_OnceWarm_AllocatesNothing()
    {
        var text = string.Concat(Enumerable.Repeat("ab aab x ", 50));
        var ids = new int[128];
        _encoder.Encode(text, 128, ids);

        var before = GC.GetAllocatedBytesForCurrentThread();
        _encoder.Encode(text, 128, ids);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private int[] Encode(string text, int maxTokens)
    {
        var ids = new int[maxTokens];
        return ids[.._encoder.Encode(text, maxTokens, ids)];
    }

    /// <summary>Tries every way to cut the text into pieces; runs of unknown characters are joined afterwards.</summary>
    private static int[] Reference(string text)
    {
        var normal = "\u2581" + string.Concat(text.Select(c => c is ' ' or '\t' ? '\u2581' : c is '\uFF41' ? 'a' : c));
        while (normal.Contains("\u2581\u2581"))
        {
            normal = normal.Replace("\u2581\u2581", "\u2581");
        }

        normal = normal.Length > 1 ? normal.TrimEnd('\u2581') : normal;
        var best = Ways(normal.Length == 0 ? "\u2581" : normal).MaxBy(way => way.Score).Ids;
        return [.. best.Where((id, i) => id != 0 || i == 0 || best[i - 1] != 0)];
    }

    private static IEnumerable<(double Score, int[] Ids)> Ways(string rest)
    {
        if (rest.Length == 0)
        {
            yield return (0, []);
            yield break;
        }

        foreach (var (score, ids) in Ways(rest[1..]))
        {
            yield return (score + Vocabulary.Min(entry => entry.Score) - 10, [0, .. ids]);
        }

        for (var id = 1; id < Vocabulary.Length; id++)
        {
            if (rest.StartsWith(Vocabulary[id].Piece, StringComparison.Ordinal))
            {
                foreach (var (score, ids) in Ways(rest[Vocabulary[id].Piece.Length..]))
                {
                    yield return (score + Vocabulary[id].Score, [id, .. ids]);
                }
            }
        }
    }
}
