using System.Text;
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

    private readonly Dictionary<(int Node, char Next), int> _edges = [];
    private readonly List<(int Id, float Score)> _ends = [(-1, 0)];
    private readonly float _unknownScore;
    private readonly IReadOnlyList<(string Piece, float Score)> _vocabulary;

    /// <param name="vocabulary">Pieces and log-probabilities by id.</param>
    /// <param name="reserved">The first ids, which stand for no text.</param>
    public SentencePieceEncoder(IReadOnlyList<(string Piece, float Score)> vocabulary, int reserved)
    {
        _vocabulary = vocabulary;
        Reserved = reserved;
        var lowest = 0f;
        for (var id = reserved; id < vocabulary.Count; id++)
        {
            var node = 0;
            foreach (var c in vocabulary[id].Piece)
            {
                if (!_edges.TryGetValue((node, c), out var next))
                {
                    next = _ends.Count;
                    _edges.Add((node, c), next);
                    _ends.Add((-1, 0));
                }

                node = next;
            }

            _ends[node] = (id, vocabulary[id].Score);
            lowest = Math.Min(lowest, vocabulary[id].Score);
        }

        _unknownScore = lowest - 10;
    }

    public int VocabularySize => _vocabulary.Count;

    public int Reserved { get; }

    /// <summary>Writes the ids of the first <paramref name="maxTokens"/> tokens of a text.</summary>
    /// <returns>How many were written; at least 1: an empty text is one unknown token.</returns>
    public int Encode(string text, int maxTokens, Span<int> ids)
    {
        // A token covers at least one character, and a text may be far longer than what is read of it.
        var normal = Normalise(text, maxTokens * 16);
        var length = normal.Length;
        var best = new float[length + 1];
        var back = new (int From, int Id)[length + 1];
        Array.Fill(best, float.NegativeInfinity);
        best[0] = 0;
        for (var start = 0; start < length; start++)
        {
            if (float.IsNegativeInfinity(best[start]))
            {
                continue;
            }

            var node = 0;
            for (var end = start; end < length && _edges.TryGetValue((node, normal[end]), out node); end++)
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

        var all = new List<int>(length);
        for (var at = length; at > 0; at = back[at].From)
        {
            if (back[at].Id != UnknownId || all.Count == 0 || all[^1] != UnknownId)
            {
                all.Add(back[at].Id);
            }
        }

        if (all.Count == 0)
        {
            ids[0] = UnknownId;
            return 1;
        }

        all.Reverse();
        var count = Math.Min(maxTokens, all.Count);
        all.Take(count).ToArray().CopyTo(ids);
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
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(new TokenizerFile("1.0", new("Unigram", UnknownId, Reserved, vocabulary))));
    }

    private static string Normalise(string text, int limit)
    {
        var result = new StringBuilder(Math.Min(text.Length, limit) + 1);
        result.Append(Border);
        foreach (var c in text)
        {
            if (result.Length >= limit)
            {
                break;
            }

            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                if (result[^1] != Border)
                {
                    result.Append(Border);
                }
            }
            else
            {
                // Full-width forms of ASCII, the part of NFKC that matters here and needs no tables.
                result.Append(c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c);
            }
        }

        if (result.Length > 1 && result[^1] == Border)
        {
            result.Length--;
        }

        return result.ToString();
    }

    private sealed record TokenizerFile([property: JsonPropertyName("version")] string Version, [property: JsonPropertyName("model")] UnigramFile? Model);

    private sealed record UnigramFile(
        [property: JsonPropertyName("type")] string Type,
        [property: JsonPropertyName("unk_id")] int UnknownId,
        [property: JsonPropertyName("reserved")] int Reserved,
        [property: JsonPropertyName("vocab")] List<JsonElement[]> Vocabulary);
}
