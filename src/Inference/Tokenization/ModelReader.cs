using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace Understudy.Inference.Tokenization;

/// <summary>Reads the model of a tokenizer file.</summary>
internal static class ModelReader
{
    public const int MaxVocabulary = 1_000_000;

    public static (SubwordModel Model, IReadOnlyDictionary<string, int> Vocabulary) Read(TokenizerNode node, bool byteLevel)
    {
        var type = node.Text("type", node.Find("merges") is null ? "WordPiece" : "BPE");
        if (type is not ("BPE" or "WordPiece"))
        {
            throw node.UnknownType("BPE and WordPiece");
        }

        var vocabulary = Vocabulary(node);
        return (type == "BPE" ? Bpe(node, vocabulary, byteLevel) : WordPiece(node, vocabulary), vocabulary);
    }

    private static BpeModel Bpe(TokenizerNode node, Dictionary<string, int> vocabulary, bool byteLevel)
    {
        if (node.Find("dropout") is { ValueKind: JsonValueKind.Number } dropout && dropout.GetDouble() > 0)
        {
            throw node.Invalid("has a 'dropout' above 0, which makes every encoding another. Set it to null to serve");
        }

        var byteFallback = node.Flag("byte_fallback", false);
        if (byteFallback && Enumerable.Range(0, 256).Any(value => !vocabulary.ContainsKey($"<0x{value:X2}>")))
        {
            throw node.Invalid("has 'byte_fallback', but 'vocab' lacks some of the tokens <0x00> to <0xFF>. Export the file again");
        }

        if (byteLevel && Enumerable.Range(0, 256).FirstOrDefault(value => !vocabulary.ContainsKey(ByteLevelAlphabet.Character((byte)value).ToString()), -1) is >= 0 and var missing)
        {
            throw node.Invalid($"is byte-level, but 'vocab' lacks the byte 0x{missing:X2} ('{ByteLevelAlphabet.Character((byte)missing)}'). Export the file again");
        }

        var unknown = node.Text("unk_token", "");
        if (unknown.Length > 0 && !vocabulary.ContainsKey(unknown))
        {
            throw node.Invalid($"has 'unk_token' '{unknown}', which is not in 'vocab'. Add it or set it to null");
        }

        var options = new BpeOptions(vocabulary)
        {
            Merges = Merges(node, vocabulary),
            ByteLevel = byteLevel,
            PreTokenizer = null,
            UnknownToken = unknown.Length > 0 ? unknown : null,
            FuseUnknownTokens = node.Flag("fuse_unk", false),
            ContinuingSubwordPrefix = node.Text("continuing_subword_prefix", "") is { Length: > 0 } prefix ? prefix : null,
            EndOfWordSuffix = node.Text("end_of_word_suffix", "") is { Length: > 0 } suffix ? suffix : null,
        };
        try
        {
            return new(BpeTokenizer.Create(options), new(() => new(options, vocabulary)), vocabulary, byteLevel, node.Flag("ignore_merges", false), byteFallback);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new TokenizerInvalidException($"{node.Path} cannot be used: {error.Message} Export the file again.", error);
        }
    }

    private static WordPieceModel WordPiece(TokenizerNode node, Dictionary<string, int> vocabulary)
    {
        var unknown = node.Text("unk_token", "[UNK]");
        return vocabulary.TryGetValue(unknown, out var id)
            ? new(vocabulary, node.Text("continuing_subword_prefix", "##"), id, node.Number("max_input_chars_per_word", 100))
            : throw node.Invalid($"has 'unk_token' '{unknown}', which is not in 'vocab'. Add it");
    }

    private static Dictionary<string, int> Vocabulary(TokenizerNode node)
    {
        var entries = node.Required("vocab").Properties;
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out var id) || id is < 0 or > MaxVocabulary)
            {
                throw node.Invalid($"has '{entry.Value}' as the id of '{entry.Name}' in 'vocab'; ids are whole numbers from 0 to {MaxVocabulary}");
            }

            vocabulary[entry.Name] = id;
        }

        foreach (var twice in vocabulary.Values.GroupBy(id => id).Where(same => same.Count() > 1))
        {
            throw node.Invalid($"gives the id {twice.Key} to {twice.Count()} tokens in 'vocab'. Every token needs an id of its own; export the file again");
        }

        return vocabulary.Count > 0 ? vocabulary : throw node.Invalid("has an empty 'vocab'");
    }

    /// <summary>Each as "left right": a string in older files, a pair in newer ones.</summary>
    private static List<string> Merges(TokenizerNode node, Dictionary<string, int> vocabulary)
    {
        if (node.Find("merges") is not { ValueKind: JsonValueKind.Array } list)
        {
            throw node.Invalid("has no array 'merges'");
        }

        var prefix = node.Text("continuing_subword_prefix", "");
        var merges = new List<string>(list.GetArrayLength());
        foreach (var entry in list.EnumerateArray())
        {
            var parts = entry.ValueKind switch
            {
                JsonValueKind.String => entry.GetString()!.Split(' '),
                JsonValueKind.Array when entry.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String) => [.. entry.EnumerateArray().Select(part => part.GetString()!)],
                _ => [],
            };
            if (parts.Length != 2 || parts.Any(part => part.Length == 0 || part.Contains(' ')))
            {
                throw node.Invalid($"has {entry.GetRawText()} as merge {merges.Count}; a merge is two tokens without spaces in them");
            }

            var right = prefix.Length > 0 && parts[1].StartsWith(prefix, StringComparison.Ordinal) ? parts[1][prefix.Length..] : parts[1];
            if (!vocabulary.ContainsKey(parts[0]) || !vocabulary.ContainsKey(parts[1]) || !vocabulary.ContainsKey(parts[0] + right))
            {
                throw node.Invalid($"has merge {merges.Count} of '{parts[0]}' and '{parts[1]}', but 'vocab' lacks one of them or what they make. Export the file again");
            }

            merges.Add($"{parts[0]} {parts[1]}");
        }

        return merges;
    }
}
