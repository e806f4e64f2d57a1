using System.Text.Json;

namespace Understudy.Inference.Tokenization;

/// <summary>Reads a <c>tokenizer.json</c>. Every part that changes what text becomes is either known or an error that names it.</summary>
internal static class TokenizerReader
{
    /// <exception cref="TokenizerInvalidException">It is malformed, or has a part that is not known.</exception>
    public static TokenizerParts Read(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException error)
        {
            throw new TokenizerInvalidException($"The file is not valid JSON: {error.Message} Copy or export tokenizer.json again.", error);
        }

        using (document)
        {
            var root = new TokenizerNode(document.RootElement, "tokenizer.json");
            var model = ModelReader.Read(root.Required("model"), UsesBytes(root));
            var added = root.List("added_tokens").Select(token => Added(token, model.Vocabulary)).ToArray();
            var template = TemplateReader.Read(root.Optional("post_processor"), token => added.FirstOrDefault(a => a.Content == token)?.Id
                ?? (model.Vocabulary.TryGetValue(token, out var id) ? id : null));
            if (!template.Contains(null))
            {
                throw new TokenizerInvalidException("'post_processor' nowhere has the text itself, so every prompt would be the same. Put a sequence into its template.");
            }

            return new(
                root.Optional("normalizer") is { } normalizer ? NormalizerReader.Read(normalizer) : null,
                root.Optional("pre_tokenizer") is { } preTokenizer ? PreTokenizerReader.Read(preTokenizer) : null,
                model.Model,
                DecoderReader.Read(root.Optional("decoder")),
                model.Vocabulary,
                added,
                template);
        }
    }

    private static bool UsesBytes(TokenizerNode root) => Types(root.Optional("pre_tokenizer")).Contains("ByteLevel");

    private static IEnumerable<string> Types(TokenizerNode? node) =>
        node is null ? [] : node.List("pretokenizers").SelectMany(Types).Prepend(node.Type);

    private static AddedToken Added(TokenizerNode node, IReadOnlyDictionary<string, int> vocabulary)
    {
        var content = node.Text("content");
        var id = node.Number("id");
        if (content.Length == 0)
        {
            throw node.Invalid("has an empty 'content'. Remove it");
        }

        if (vocabulary.TryGetValue(content, out var known) && known != id)
        {
            throw node.Invalid($"gives '{content}' the id {id}, but model.vocab gives it {known}. Make them the same");
        }

        if (id is < 0 or > ModelReader.MaxVocabulary)
        {
            throw node.Invalid($"has the id {id}; ids run from 0 to {ModelReader.MaxVocabulary}");
        }

        var special = node.Flag("special", false);
        return new(id, content, special, node.Flag("lstrip", false), node.Flag("rstrip", false), node.Flag("single_word", false), node.Flag("normalized", !special));
    }
}
