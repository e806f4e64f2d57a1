using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Understudy.Inference.Tokenization;

/// <summary>Words as token sequences, how often each pair of neighbours stands in them, and in which words.</summary>
internal sealed class PairCounts
{
    private readonly List<int[]> _words = [];
    private readonly List<long> _wordCounts = [];
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _where = [];

    // Entries go stale when a count changes: every rise adds a new one, and a stale one is corrected when it comes up.
    private readonly PriorityQueue<(int Left, int Right), (long Count, int Left, int Right)> _queue = new(Comparer<(long Count, int Left, int Right)>.Create(
        (a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : a.Left != b.Left ? a.Left.CompareTo(b.Left) : a.Right.CompareTo(b.Right)));

    public PairCounts(IEnumerable<(byte[] Bytes, long Count)> words)
    {
        foreach (var (bytes, count) in words)
        {
            for (var at = 0; at + 1 < bytes.Length; at++)
            {
                Add((bytes[at], bytes[at + 1]), count, _words.Count);
            }

            _words.Add(Array.ConvertAll(bytes, value => (int)value));
            _wordCounts.Add(count);
        }

        foreach (var (pair, count) in _counts)
        {
            _queue.Enqueue(pair, (count, pair.Left, pair.Right));
        }
    }

    /// <summary>The most frequent pair; null when none is seen <paramref name="minCount"/> times.</summary>
    public (int Left, int Right)? TakeMostFrequent(int minCount)
    {
        while (_queue.TryDequeue(out var pair, out var priority))
        {
            var count = _counts.GetValueOrDefault(pair);
            if (count == priority.Count)
            {
                return count >= minCount ? pair : null;
            }

            if (count >= minCount)
            {
                _queue.Enqueue(pair, (count, pair.Left, pair.Right));
            }
        }

        return null;
    }

    public void Merge((int Left, int Right) pair, int into)
    {
        _where.Remove(pair, out var words);
        _counts.Remove(pair);
        var risen = new HashSet<(int Left, int Right)>();
        foreach (var index in words ?? [])
        {
            var (word, count) = (_words[index], _wordCounts[index]);
            var merged = new List<int>(word.Length);
            for (var at = 0; at < word.Length; at++)
            {
                if (at + 1 < word.Length && word[at] == pair.Left && word[at + 1] == pair.Right)
                {
                    merged.Add(into);
                    at++;
                }
                else
                {
                    merged.Add(word[at]);
                }
            }

            if (merged.Count == word.Length)
            {
                continue;
            }

            for (var at = 0; at + 1 < word.Length; at++)
            {
                Take((word[at], word[at + 1]), count);
            }

            for (var at = 0; at + 1 < merged.Count; at++)
            {
                var next = (merged[at], merged[at + 1]);
                Add(next, count, index);
                if (next.Item1 == into || next.Item2 == into)
                {
                    risen.Add(next);
                }
            }

            _words[index] = [.. merged];
        }

        // Only pairs with the new token are more frequent than before.
        foreach (var next in risen)
        {
            _queue.Enqueue(next, (_counts[next], next.Left, next.Right));
        }
    }

    private void Add((int Left, int Right) pair, long count, int word)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, pair, out _) += count;
        ref var where = ref CollectionsMarshal.GetValueRefOrAddDefault(_where, pair, out _);
        (where ??= []).Add(word);
    }

    private void Take((int Left, int Right) pair, long count)
    {
        ref var total = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, pair);
        if (!Unsafe.IsNullRef(ref total))
        {
            total -= count;
        }
    }
}
