namespace Understudy.Inference.Tokenization;

/// <summary>What a tokenizer is put together from.</summary>
internal sealed record TokenizerParts(
    Normalizer? Normalizer,
    PreTokenizer? PreTokenizer,
    SubwordModel Model,
    TokenDecoder Decoder,
    IReadOnlyDictionary<string, int> Vocabulary,
    IReadOnlyList<AddedToken> Added,
    IReadOnlyList<int?> Template)
{
    /// <summary>Tokens of the model by id.</summary>
    public Lazy<Dictionary<int, string>> Names { get; } = new(() => Vocabulary.ToDictionary(entry => entry.Value, entry => entry.Key));
}
