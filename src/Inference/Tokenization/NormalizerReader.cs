using System.Text;

namespace Understudy.Inference.Tokenization;

/// <summary>Reads the normalizer of a tokenizer file.</summary>
internal static class NormalizerReader
{
    private const string Known = "Sequence, Lowercase, NFC, NFD, NFKC, NFKD, StripAccents, Strip, Prepend, Replace and BertNormalizer";

    public static Normalizer Read(TokenizerNode node) => node.Type switch
    {
        "Sequence" => new NormalizerSequence([.. node.List("normalizers").Select(Read)]),
        "Lowercase" => new Lowercase(),
        "NFC" => new UnicodeForm(NormalizationForm.FormC),
        "NFD" => new UnicodeForm(NormalizationForm.FormD),
        "NFKC" => new UnicodeForm(NormalizationForm.FormKC),
        "NFKD" => new UnicodeForm(NormalizationForm.FormKD),
        "StripAccents" => new StripAccents(),
        "Strip" => new StripEnds(node.Flag("strip_left", true), node.Flag("strip_right", true)),
        "Prepend" => new Prepend(node.Text("prepend")),
        "Replace" => new Replace(PatternReader.Read(node), node.Text("content")),
        "BertNormalizer" => Bert(node),
        _ => throw node.UnknownType(Known),
    };

    private static BertNormalizer Bert(TokenizerNode node)
    {
        var lowercase = node.Flag("lowercase", true);
        return new(node.Flag("clean_text", true), node.Flag("handle_chinese_chars", true), node.Flag("strip_accents", lowercase), lowercase);
    }
}
