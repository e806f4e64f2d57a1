namespace Understudy.Inference.Tokenization;

/// <summary>How a byte-level BPE vocabulary is made.</summary>
public sealed record BpeTraining
{
    /// <summary>The document separator that <see cref="TextTokenizer.EndOfText"/> looks for first.</summary>
    public const string EndOfTextToken = "<|endoftext|>";

    /// <summary>
    /// Words, numbers up to three digits, punctuation, white space, each by itself. Other than in GPT-2 a space is no part of the word
    /// after it, so that a word has the same tokens in running text and between quotes: copying it is copying tokens.
    /// </summary>
    public const string WordSplit = @"\p{L}+(?:_\p{L}+)*|\p{N}{1,3}|[^\s\p{L}\p{N}]+|\s+";

    /// <summary>GPT-2's: contractions, then letters, digits or punctuation with the space before them, then other white space.</summary>
    public const string Gpt2Split = @"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>Tokens in all: the special ones, 256 bytes, and a merge each for the rest; at least <see cref="FewestTokens"/>.</summary>
    public int Vocabulary { get; init; } = 4096;

    /// <summary>The special tokens and the 256 bytes.</summary>
    public int FewestTokens => SpecialTokens.Count + 256;

    /// <summary>The first ids. Text that looks like one is not read as one unless the caller asks for it.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [EndOfTextToken];

    /// <summary>A regular expression whose matches, and what lies between them, are the pieces that merges do not cross.</summary>
    public string Split { get; init; } = WordSplit;

    /// <summary>A pair seen fewer times is not merged, even when the vocabulary stays smaller for it.</summary>
    public int MinCount { get; init; } = 2;
}
