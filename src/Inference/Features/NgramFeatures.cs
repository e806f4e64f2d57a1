using System.Runtime.CompilerServices;

namespace Understudy.Inference.Features;

/// <summary>
/// Hashes the word and character n-grams of a text into buckets (the hashing trick, Weinberger et al., arXiv 0902.2206). Values are
/// 1 + ln(count); weighting by rarity and scaling to unit length are left to whoever holds the weights.
/// </summary>
/// <remarks>Not thread-safe: it owns its scratch memory. Make one a thread.</remarks>
public sealed class NgramFeatures
{
    private const uint Prime = 0x01000193;

    /// <summary>1 + ln(count) of the counts that nearly all n-grams have.</summary>
    private static readonly float[] Logarithms = [.. Enumerable.Range(0, 64).Select(count => 1f + MathF.Log(count))];

    private readonly NgramOptions _options;
    private readonly int _mask;
    private readonly int[] _slots;
    private readonly int[] _stamps;
    private int _stamp;
    private char[] _text = new char[1024];

    /// <exception cref="ArgumentException">The bucket count is no power of two.</exception>
    public NgramFeatures(NgramOptions options)
    {
        if (options.Buckets < 2 || (options.Buckets & (options.Buckets - 1)) != 0)
        {
            throw new ArgumentException($"Buckets is {options.Buckets}; it must be a power of two, 2 or more.", nameof(options));
        }

        _options = options;
        _mask = options.Buckets - 1;
        _slots = new int[options.Buckets];
        _stamps = new int[options.Buckets];
    }

    /// <summary>Replaces the content of <paramref name="into"/> by the features of <paramref name="text"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Extract(string text, SparseVector into)
    {
        into.Clear();
        _stamp++;
        var length = Normalise(text);
        var normal = _text.AsSpan(0, length);

        // A word is a run between blanks; the text begins and ends with one.
        uint previous = 0, beforePrevious = 0;
        for (var start = 1; start < length;)
        {
            var end = start + normal[start..].IndexOf(' ');
            var word = Hash(normal[start..end], 0x9E3779B9);
            if (_options.MaxWords >= 1)
            {
                Count(word, into);
            }

            if (_options.MaxWords >= 2 && previous != 0)
            {
                Count(Combine(previous, word), into);
            }

            if (_options.MaxWords >= 3 && beforePrevious != 0)
            {
                Count(Combine(Combine(beforePrevious, previous), word), into);
            }

            CountCharacters(normal[(start - 1)..(end + 1)], into);
            beforePrevious = previous;
            previous = word;
            start = end + 1;
            if (_options.FeatureLimit > 0 && into.Count >= _options.FeatureLimit)
            {
                break;
            }
        }

        foreach (ref var value in into.Values)
        {
            value = value < Logarithms.Length ? Logarithms[(int)value] : 1f + MathF.Log(value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountCharacters(ReadOnlySpan<char> word, SparseVector into)
    {
        for (var start = 0; start < word.Length; start++)
        {
            var hash = 0x811C9DC5;
            var last = Math.Min(word.Length - start, _options.MaxChars);
            for (var length = 1; length <= last; length++)
            {
                hash = (hash ^ word[start + length - 1]) * Prime;
                if (length >= _options.MinChars)
                {
                    Count(hash, into);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Count(uint hash, SparseVector into)
    {
        // Finaliser of MurmurHash3: FNV alone leaves the low bits of short strings alike.
        hash ^= hash >> 16;
        hash *= 0x85EBCA6B;
        hash ^= hash >> 13;
        hash *= 0xC2B2AE35;
        hash ^= hash >> 16;
        var bucket = (int)(hash & (uint)_mask);
        if (_stamps[bucket] == _stamp)
        {
            into.ValueAt(_slots[bucket])++;
            return;
        }

        if (_options.FeatureLimit > 0 && into.Count >= _options.FeatureLimit)
        {
            return;
        }

        _stamps[bucket] = _stamp;
        _slots[bucket] = into.Add(bucket, 1f);
    }

    /// <summary>Lower case, letters and digits kept, every other visible character a word of its own, one blank between words and at both ends.</summary>
    private int Normalise(string text)
    {
        var limit = Math.Min(text.Length, _options.TextLimit);
        if (_text.Length < (3 * limit) + 3)
        {
            _text = new char[(3 * limit) + 3];
        }

        var tail = text.Length > limit ? Math.Min(_options.TailLimit, limit) : 0;
        _text[0] = ' ';
        var length = Normalise(text.AsSpan(0, limit - tail), 1);
        return tail == 0 ? length : Normalise(text.AsSpan(text.Length - tail), length);
    }

    /// <param name="at">Where to go on; a blank stands before it, and again before the place that is returned.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Normalise(ReadOnlySpan<char> text, int at)
    {
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c) || c == '\'')
            {
                _text[at++] = char.ToLowerInvariant(c);
                continue;
            }

            if (_text[at - 1] != ' ')
            {
                _text[at++] = ' ';
            }

            if (!char.IsWhiteSpace(c) && !char.IsControl(c))
            {
                _text[at++] = c;
                _text[at++] = ' ';
            }
        }

        if (_text[at - 1] != ' ')
        {
            _text[at++] = ' ';
        }

        return at;
    }

    private static uint Hash(ReadOnlySpan<char> word, uint seed)
    {
        var hash = seed;
        foreach (var c in word)
        {
            hash = (hash ^ c) * Prime;
        }

        return hash | 1;
    }

    private static uint Combine(uint first, uint second) => ((first * 31) ^ second) * Prime | 1;
}
