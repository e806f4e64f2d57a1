using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Understudy.Inference.Tokenization;

/// <summary>
/// Learns byte-level BPE merges (Sennrich et al., arXiv 1508.07909): the most frequent pair of neighbours becomes a token, again and
/// again; of equally frequent pairs the one with the lower ids. Pair counts are kept up to date in place of being counted anew, so the
/// cost of a merge is that of the pieces which hold it.
/// </summary>
public static class BpeTrainer
{
    /// <param name="texts">What to learn from; each is split by itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no room for the bytes and special tokens.</exception>
    public static TextTokenizer Train(IEnumerable<string> texts, BpeTraining training, CancellationToken cancellationToken = default)
    {
        if (training.Vocabulary < training.FewestTokens)
        {
            throw new ArgumentOutOfRangeException(nameof(training), $"A vocabulary of {training.Vocabulary} has no room for 256 bytes and {training.SpecialTokens.Count} special tokens. Make it at least {training.FewestTokens}.");
        }

        var pieces = CountPieces(texts, training.Split, cancellationToken);
        var merges = Merges(pieces, training.Vocabulary - training.FewestTokens, training.MinCount, cancellationToken);
        return TextTokenizer.Parse(TokenizerJson.Write(training, merges));
    }

    /// <summary>The pairs to merge in order. Ids under 256 are bytes, 256 + i is what merge i makes.</summary>
    internal static List<(int Left, int Right)> Merges(IReadOnlyDictionary<string, long> pieces, int count, int minCount, CancellationToken cancellationToken)
    {
        var words = new PairCounts(pieces.Where(piece => piece.Key.Length > 1 || piece.Key[0] > 127).Select(piece => (Encoding.UTF8.GetBytes(piece.Key), piece.Value)));
        var merges = new List<(int Left, int Right)>(count);
        while (merges.Count < count && words.TakeMostFrequent(minCount) is { } pair)
        {
            cancellationToken.ThrowIfCancellationRequested();
            words.Merge(pair, 256 + merges.Count);
            merges.Add(pair);
        }

        return merges;
    }

    private static Dictionary<string, long> CountPieces(IEnumerable<string> texts, string split, CancellationToken cancellationToken)
    {
        var splitter = new RegexSplit(split, RegexOptions.Compiled);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var ranges = new List<Range>();
        foreach (var text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ranges.Clear();
            splitter.Split(text, 0..text.Length, ranges);
            foreach (var range in ranges)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, text.AsSpan(range), out _)++;
            }
        }

        return counts;
    }
}
