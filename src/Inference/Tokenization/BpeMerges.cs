using System.Text;
using Microsoft.ML.Tokenizers;

namespace Understudy.Inference.Tokenization;

/// <summary>
/// Byte-pair merges of a long piece, in O(n log n) for n characters. Microsoft.ML.Tokenizers gives the same tokens, but takes those that
/// merged out of an array one by one, so that its time grows with a piece's square; of short pieces it remembers what they become, which
/// is faster. Immutable, so thread-safe.
/// </summary>
internal sealed class BpeMerges
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _vocabulary;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Whole)> _merges;
    private readonly bool _byteLevel, _fuseUnknown;
    private readonly int? _unknown;
    private readonly string _prefix, _suffix;

    /// <param name="options">That the library has taken: every merge is there once, and of tokens.</param>
    /// <param name="vocabulary">The options', as a dictionary.</param>
    public BpeMerges(BpeOptions options, Dictionary<string, int> vocabulary)
    {
        _vocabulary = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        (_byteLevel, _fuseUnknown) = (options.ByteLevel, options.FuseUnknownTokens);
        _unknown = options.UnknownToken is { } unknown ? vocabulary[unknown] : null;
        (_prefix, _suffix) = (options.ContinuingSubwordPrefix ?? "", options.EndOfWordSuffix ?? "");
        _merges = [];
        foreach (var merge in options.Merges ?? [])
        {
            var space = merge.IndexOf(' ', StringComparison.Ordinal);
            var (left, right) = (merge[..space], merge[(space + 1)..]);
            _merges.Add((vocabulary[left], vocabulary[right]), (_merges.Count, vocabulary[left + right[_prefix.Length..]]));
        }
    }

    public void Encode(string piece, List<int> ids)
    {
        var tokens = Characters(_byteLevel ? ByteLevelAlphabet.Write(Encoding.UTF8.GetBytes(piece)) : piece);
        var count = tokens.Count;
        var (before, behind) = (new int[count], new int[count]);
        var queue = new PriorityQueue<int, (int Rank, int At)>(count);
        for (var at = 0; at < count; at++)
        {
            (before[at], behind[at]) = (at - 1, at + 1);
            Offer(at);
        }

        while (queue.TryDequeue(out var whole, out var place))
        {
            // An entry is stale when one of its tokens has become part of another since.
            var (at, next) = (place.At, behind[place.At]);
            if (tokens[at] < 0 || next == count || !_merges.TryGetValue((tokens[at], tokens[next]), out var merge) || merge.Whole != whole)
            {
                continue;
            }

            (tokens[at], tokens[next]) = (whole, -1);
            behind[at] = behind[next];
            if (behind[at] < count)
            {
                before[behind[at]] = at;
            }

            Offer(before[at]);
            Offer(at);
        }

        for (var at = 0; at < count; at = behind[at])
        {
            ids.Add(tokens[at]);
        }

        void Offer(int at)
        {
            if (at >= 0 && behind[at] < count && _merges.TryGetValue((tokens[at], tokens[behind[at]]), out var merge))
            {
                queue.Enqueue(merge.Whole, (merge.Rank, at));
            }
        }
    }

    /// <summary>A token for each character. One that the vocabulary lacks is the unknown token; when there is none, it is left out.</summary>
    private List<int> Characters(string text)
    {
        var tokens = new List<int>(text.Length);
        var known = true;
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
            var character = text.AsSpan(at, length);
            if ((at > 0 && _prefix.Length > 0) || (at + length == text.Length && _suffix.Length > 0))
            {
                character = $"{(at > 0 ? _prefix : "")}{character}{(at + length == text.Length ? _suffix : "")}";
            }

            if (_vocabulary.TryGetValue(character, out var token))
            {
                tokens.Add(token);
                known = true;
            }
            else if (_unknown is { } unknown)
            {
                if (known || !_fuseUnknown)
                {
                    tokens.Add(unknown);
                }

                known = false;
            }
        }

        return tokens;
    }
}
