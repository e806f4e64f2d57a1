namespace Understudy.Inference.Tokenization;

/// <summary>Reads the decoder of a tokenizer file.</summary>
internal static class DecoderReader
{
    private const string Known = "ByteLevel, WordPiece, BPEDecoder, Metaspace, Fuse, ByteFallback, and a Sequence of Replace, ByteFallback, Fuse and Strip";

    public static TokenDecoder Read(TokenizerNode? node) => node?.Type switch
    {
        null or "Fuse" => new PlainDecoder(),
        "ByteLevel" => new ByteLevelDecoder(),
        "WordPiece" => new WordPieceDecoder(node.Text("prefix", "##"), node.Flag("cleanup", true)),
        "BPEDecoder" => new SuffixDecoder(node.Text("suffix", "</w>")),
        "Metaspace" => new MetaspaceDecoder(node.Text("replacement", "\u2581"), node.Text("prepend_scheme", node.Flag("add_prefix_space", true) ? "always" : "never") != "never", false),
        "ByteFallback" => new MetaspaceDecoder("\u2581", false, true),
        "Sequence" => Sequence(node),
        _ => throw node.UnknownType(Known),
    };

    /// <summary>The sequence that Llama's files have: a mark for the space, bytes, and the first space taken away again.</summary>
    private static TokenDecoder Sequence(TokenizerNode node)
    {
        var steps = node.List("decoders").ToArray();
        if (steps.Length == 1)
        {
            return Read(steps[0]);
        }

        var mark = "\u2581";
        var (strip, bytes) = (false, false);
        foreach (var step in steps)
        {
            switch (step.Type)
            {
                case "Replace" when step.Text("content") == " ":
                    mark = step.Required("pattern").Text("String");
                    break;
                case "ByteFallback":
                    bytes = true;
                    break;
                case "Fuse":
                    break;
                case "Strip" when step.Text("content") == " " && step.Number("start", 0) == 1 && step.Number("stop", 0) == 0:
                    strip = true;
                    break;
                default:
                    throw step.UnknownType(Known);
            }
        }

        return new MetaspaceDecoder(mark, strip, bytes);
    }
}
