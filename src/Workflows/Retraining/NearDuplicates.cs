using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// Finds texts that are all but the same: MinHash signatures (Broder, "On the resemblance and containment of documents", 1997) of runs of
/// five words, looked up by bands. Short texts are left alone: in those one word more is another question. Not thread-safe.
/// </summary>
internal sealed class NearDuplicates
{
    /// <summary>Texts of fewer words have no near-duplicates here.</summary>
    private const int LeastWords = 20;

    private const int Run = 5, Bands = 16, Rows = 4, Hashes = Bands * Rows, MaxWords = 2000;

    /// <summary>The share of equal hashes, which estimates the Jaccard similarity, from which on two texts count as one.</summary>
    private const double Alike = 0.7;

    private readonly Dictionary<(int Band, ulong Key), List<int>> _bands = [];
    private readonly List<(ulong[] Signature, int Group)> _signatures = [];

    /// <summary>The group of an earlier text that this one all but repeats, the lowest of several, or else the group given, which is then known.</summary>
    public int GroupOf(string text, int group)
    {
        var words = text.Split((char[]?)null, MaxWords + 1, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < LeastWords)
        {
            return group;
        }

        var signature = Signature(words.AsSpan(0, Math.Min(words.Length, MaxWords)));
        int? found = null;
        for (var band = 0; band < Bands; band++)
        {
            foreach (var earlier in _bands.GetValueOrDefault((band, Key(signature, band))) ?? [])
            {
                if (!(found <= _signatures[earlier].Group) && Likeness(_signatures[earlier].Signature, signature) >= Alike)
                {
                    found = _signatures[earlier].Group;
                }
            }
        }

        if (found is { } known)
        {
            return known;
        }

        for (var band = 0; band < Bands; band++)
        {
            ref var there = ref CollectionsMarshal.GetValueRefOrAddDefault(_bands, (band, Key(signature, band)), out _);
            (there ??= []).Add(_signatures.Count);
        }

        _signatures.Add((signature, group));
        return group;
    }

    private static ulong[] Signature(Span<string> words)
    {
        var signature = new ulong[Hashes];
        Array.Fill(signature, ulong.MaxValue);
        Span<ulong> run = stackalloc ulong[Run];
        for (var i = 0; i < words.Length; i++)
        {
            run[..^1].CopyTo(run[1..]);
            run[0] = XxHash64.HashToUInt64(MemoryMarshal.AsBytes(words[i].ToLowerInvariant().AsSpan()));
            if (i < Run - 1)
            {
                continue;
            }

            var shingle = XxHash64.HashToUInt64(MemoryMarshal.AsBytes(run));
            for (var hash = 0; hash < Hashes; hash++)
            {
                // Multiply-shift with odd constants: one hash a permutation.
                var value = (shingle ^ ((ulong)hash * 0x9E3779B97F4A7C15)) * 0xBF58476D1CE4E5B9;
                signature[hash] = Math.Min(signature[hash], value ^ (value >> 31));
            }
        }

        return signature;
    }

    private static ulong Key(ulong[] signature, int band) => XxHash64.HashToUInt64(MemoryMarshal.AsBytes(signature.AsSpan(band * Rows, Rows)));

    private static double Likeness(ulong[] a, ulong[] b)
    {
        var same = 0;
        for (var i = 0; i < a.Length; i++)
        {
            same += a[i] == b[i] ? 1 : 0;
        }

        return (double)same / a.Length;
    }
}
