using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Understudy.Inference.Tokenization;

/// <summary>Writes trained vocabularies, and templates, in the <c>tokenizer.json</c> format of Hugging Face.</summary>
internal static class TokenizerJson
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A file with another template in place of its post-processor.</summary>
    /// <param name="pieces">Special tokens in order, null where the text stands.</param>
    public static byte[] WithTemplate(byte[] file, IReadOnlyList<string?> pieces, Func<string, int> id)
    {
        var tokens = pieces.OfType<string>().Distinct(StringComparer.Ordinal).ToDictionary(token => token, token => new { id = token, ids = new[] { id(token) }, tokens = new[] { token } }, StringComparer.Ordinal);
        var root = JsonNode.Parse(file)!;
        root["post_processor"] = JsonSerializer.SerializeToNode(
            new { type = "TemplateProcessing", single = Pieces(pieces, "A", 0), pair = Pieces(pieces, "A", 0).Concat(Pieces(pieces, "B", 1)), special_tokens = tokens },
            Options);
        return JsonSerializer.SerializeToUtf8Bytes(root, Options);
    }

    private static IEnumerable<object> Pieces(IReadOnlyList<string?> pieces, string text, int type) =>
        pieces.Select(piece => piece is null ? (object)new { Sequence = new { id = text, type_id = type } } : new { SpecialToken = new { id = piece, type_id = type } });

    public static byte[] Write(BpeTraining training, IReadOnlyList<(int Left, int Right)> merges)
    {
        var special = training.SpecialTokens;
        var tokens = new List<byte[]>(256 + merges.Count);
        for (var value = 0; value < 256; value++)
        {
            tokens.Add([(byte)value]);
        }

        var lines = new List<string[]>(merges.Count);
        foreach (var (left, right) in merges)
        {
            lines.Add([ByteLevelAlphabet.Write(tokens[left]), ByteLevelAlphabet.Write(tokens[right])]);
            tokens.Add([.. tokens[left], .. tokens[right]]);
        }

        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var token in special.Concat(tokens.Select(bytes => ByteLevelAlphabet.Write(bytes))))
        {
            // Two ways to make one token are one token; its later id would stand for nothing.
            vocabulary.TryAdd(token, vocabulary.Count);
        }

        var byteLevel = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = false };
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                version = "1.0",
                truncation = (object?)null,
                padding = (object?)null,
                added_tokens = special.Select((content, id) => new { id, content, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true }),
                normalizer = (object?)null,
                pre_tokenizer = new
                {
                    type = "Sequence",
                    pretokenizers = new object[] { new { type = "Split", pattern = new { Regex = training.Split }, behavior = "Isolated", invert = false }, byteLevel },
                },
                post_processor = (object?)null,
                decoder = byteLevel,
                model = new
                {
                    type = "BPE",
                    dropout = (object?)null,
                    unk_token = (object?)null,
                    continuing_subword_prefix = (object?)null,
                    end_of_word_suffix = (object?)null,
                    fuse_unk = false,
                    byte_fallback = false,
                    ignore_merges = false,
                    vocab = vocabulary,
                    merges = lines,
                },
            },
            Options);
    }
}
