using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Understudy.Inference.Tokenization;

/// <summary>
/// Splits text into the pieces of a unigram vocabulary with the highest total log-probability (SentencePiece; Kudo,
/// arXiv 1804.10959), by dynamic programming over a trie. Reads the <c>tokenizer.json</c> format of Hugging Face with a Unigram model.
/// </summary>
/// <remarks>Immutable, so safe to share between threads.</remarks>
public sealed class SentencePieceEncoder
{
    private const char Border = '\u2581';
    private const int UnknownId = 0;

    // The trie: the edges of node n are those from _firstEdge[n] up to _firstEdge[n + 1].
    private readonly int[] _firstEdge;
    private readonly char[] _edgeChars;
    private readonly int[] _edgeNodes;
    private readonly (int Id, float Score)[] _ends;
    private readonly float _unknownScore;
    private readonly IReadOnlyList<(string Piece, float Score)> _vocabulary;
    private readonly int _reserved;

    /// <param name="vocabulary">Pieces and log-probabilities by id.</param>
    /// <param name="reserved">The first ids, which stand for no text.</param>
    public SentencePieceEncoder(IReadOnlyList<(string Piece, float Score)> vocabulary, int reserved)
    {
        _vocabulary = vocabulary;
        _reserved = reserved;
        var edges = new Dictionary<(int Node, char Next), int>();
        var ends = new List<(int Id, float Score)> { (-1, 0) };
        var lowest = 0f;
        for (var id = reserved; id < vocabulary.Count; id++)
        {
            var node = 0;
            foreach (var c in vocabulary[id].Piece)
            {
                if (!edges.TryGetValue((node, c), out var next))
                {
                    next = ends.Count;
                    edges.Add((node, c), next);
                    ends.Add((-1, 0));
                }

                node = next;
            }

            ends[node] = (id, vocabulary[id].Score);
            lowest = Math.Min(lowest, vocabulary[id].Score);
        }

        _unknownScore = lowest - 10;
        _ends = [.. ends];
        var ordered = edges.OrderBy(edge => edge.Key.Node).ToArray();
        _edgeChars = [.. ordered.Select(edge => edge.Key.Next)];
        _edgeNodes = [.. ordered.Select(edge => edge.Value)];
        _firstEdge = new int[_ends.Length + 1];
        foreach (var edge in ordered)
        {
            _firstEdge[edge.Key.Node + 1]++;
        }

        for (var node = 0; node < _ends.Length; node++)
        {
            _firstEdge[node + 1] += _firstEdge[node];
        }
    }

    /// <summary>Writes the ids of the first <paramref name="maxTokens"/> tokens of a text.</summary>
    /// <returns>How many were written; at least 1: an empty text is one unknown token.</returns>
    public int Encode(string text, int maxTokens, Span<int> ids)
    {
        // A token covers at least one character, and a text may be far longer than what is read of it.
        var limit = Math.Min(text.Length + 1, maxTokens * 16);
        var characters = ArrayPool<char>.Shared.Rent(limit);
        var best = ArrayPool<float>.Shared.Rent(limit + 1);
        var back = ArrayPool<(int From, int Id)>.Shared.Rent(limit + 1);
        try
        {
            var length = Normalise(text, characters.AsSpan(0, limit));
            FindBest(characters.AsSpan(0, length), best, back);
            return Write(back.AsSpan(0, length + 1), maxTokens, ids);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
            ArrayPool<float>.Shared.Return(best);
            ArrayPool<(int From, int Id)>.Shared.Return(back);
        }
    }

    /// <summary>The node that a character leads to; -1 for none.</summary>
    private int Next(int node, char c)
    {
        var first = _firstEdge[node];
        var at = _edgeChars.AsSpan(first, _firstEdge[node + 1] - first).IndexOf(c);
        return at < 0 ? -1 : _edgeNodes[first + at];
    }

    /// <summary>For each border between two characters: where the last piece of the best way there begins, and which piece it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindBest(ReadOnlySpan<char> normal, float[] best, (int From, int Id)[] back)
    {
        var length = normal.Length;
        best.AsSpan(0, length + 1).Fill(float.NegativeInfinity);
        best[0] = 0;
        for (var start = 0; start < length; start++)
        {
            if (float.IsNegativeInfinity(best[start]))
            {
                continue;
            }

            var node = 0;
            for (var end = start; end < length && (node = Next(node, normal[end])) >= 0; end++)
            {
                var (id, score) = _ends[node];
                if (id >= 0 && best[start] + score > best[end + 1])
                {
                    best[end + 1] = best[start] + score;
                    back[end + 1] = (start, id);
                }
            }

            if (best[start] + _unknownScore > best[start + 1])
            {
                best[start + 1] = best[start] + _unknownScore;
                back[start + 1] = (start, UnknownId);
            }
        }
    }

    /// <summary>Walks the best way back, packing its pieces at the end of the same memory, and writes the first of them.</summary>
    private static int Write(Span<(int From, int Id)> back, int maxTokens, Span<int> ids)
    {
        var first = back.Length;
        for (var at = back.Length - 1; at > 0;)
        {
            // Packed pieces never overtake the walk: each covers at least one border. Unknown characters in a row are one token.
            var (from, id) = back[at];
            if (id != UnknownId || first == back.Length || back[first].Id != UnknownId)
            {
                back[--first].Id = id;
            }

            at = from;
        }

        if (first == back.Length)
        {
            ids[0] = UnknownId;
            return 1;
        }

        var count = Math.Min(maxTokens, back.Length - first);
        for (var i = 0; i < count; i++)
        {
            ids[i] = back[first + i].Id;
        }

        return count;
    }

    /// <exception cref="InvalidDataException">The file is no Unigram tokenizer.</exception>
    public static SentencePieceEncoder Load(string path)
    {
        TokenizerFile? file;
        try
        {
            file = JsonSerializer.Deserialize<TokenizerFile>(File.ReadAllBytes(path));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is no tokenizer.json: {error.Message} Copy or export it again.", error);
        }

        if (file?.Model is not { Type: "Unigram", Vocabulary.Count: > 1 } model)
        {
            throw new InvalidDataException($"'{path}' has no Unigram model with a vocabulary; a release's encoder needs one.");
        }

        return new(model.Vocabulary.Select(entry => (entry[0].GetString()!, entry[1].GetSingle())).ToArray(), model.Reserved);
    }

    public void Save(string path)
    {
        var vocabulary = _vocabulary.Select(entry => new[] { JsonSerializer.SerializeToElement(entry.Piece), JsonSerializer.SerializeToElement(entry.Score) }).ToList();
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(new TokenizerFile("1.0", new("Unigram", UnknownId, _reserved, vocabulary))));
    }

    /// <returns>How many characters were written; as many of the text's as there is room for.</returns>
    private static int Normalise(string text, Span<char> into)
    {
        var length = 0;
        into[length++] = Border;
        foreach (var c in text)
        {
            if (length == into.Length)
            {
                break;
            }

            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                if (into[length - 1] != Border)
                {
                    into[length++] = Border;
                }
            }
            else
            {
                // Full-width forms of ASCII, the part of NFKC that matters here and needs no tables.
                into[length++] = c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c;
            }
        }

        return length > 1 && into[length - 1] == Border ? length - 1 : length;
    }

    private sealed record TokenizerFile([property: JsonPropertyName("version")] string Version, [property: JsonPropertyName("model")] UnigramFile? Model);

    private sealed record UnigramFile(
        [property: JsonPropertyName("type")] string Type,
        [property: JsonPropertyName("unk_id")] int UnknownId,
        [property: JsonPropertyName("reserved")] int Reserved,
        [property: JsonPropertyName("vocab")] List<JsonElement[]> Vocabulary);
}
