namespace Understudy.Inference.Tokenization;

/// <summary>Reads the pre-tokenizer of a tokenizer file.</summary>
internal static class PreTokenizerReader
{
    private const string Known = "Sequence, ByteLevel, Split, Whitespace, WhitespaceSplit, BertPreTokenizer, Digits, Punctuation, CharDelimiterSplit and Metaspace";
    private const string Punctuation = @"[\p{P}$+<=>^`|~]";

    public static PreTokenizer Read(TokenizerNode node) => node.Type switch
    {
        "Sequence" => new PreTokenizerSequence([.. node.List("pretokenizers").Select(Read)]),
        "ByteLevel" => new ByteLevelSplit(node.Flag("add_prefix_space", true), node.Flag("use_regex", true)),
        "Split" => new RegexSplit(PatternReader.Read(node), behavior: Behavior(node, null), invert: node.Flag("invert", false)),
        "Whitespace" => new RegexSplit(@"\w+|[^\w\s]+", behavior: SplitBehavior.Removed, invert: true),
        "WhitespaceSplit" => new RegexSplit(@"\s", behavior: SplitBehavior.Removed),
        "BertPreTokenizer" => new PreTokenizerSequence([new RegexSplit(@"\s", behavior: SplitBehavior.Removed), new RegexSplit(Punctuation)]),
        "Digits" => new RegexSplit(node.Flag("individual_digits", false) ? @"\p{N}" : @"\p{N}+"),
        "Punctuation" => new RegexSplit(Punctuation, behavior: Behavior(node, "Isolated")),
        "CharDelimiterSplit" => new RegexSplit(System.Text.RegularExpressions.Regex.Escape(node.Text("delimiter")), behavior: SplitBehavior.Removed),
        "Metaspace" => Metaspace(node),
        _ => throw node.UnknownType(Known),
    };

    private static SplitBehavior Behavior(TokenizerNode node, string? otherwise)
    {
        var behavior = node.Text("behavior", otherwise);
        return Enum.TryParse<SplitBehavior>(behavior, out var known)
            ? known
            : throw node.Invalid($"has 'behavior' '{behavior}'. Use {string.Join(", ", Enum.GetNames<SplitBehavior>())}");
    }

    private static MetaspaceSplit Metaspace(TokenizerNode node)
    {
        var mark = node.Text("replacement", "\u2581");
        var scheme = node.Text("prepend_scheme", node.Flag("add_prefix_space", true) ? "always" : "never");
        return mark.Length != 1 ? throw node.Invalid($"has 'replacement' '{mark}'; it must be one character")
            : scheme is not ("always" or "first" or "never") ? throw node.Invalid($"has 'prepend_scheme' '{scheme}'. Use always, first or never")
            : new(mark[0], scheme, node.Flag("split", true));
    }
}
