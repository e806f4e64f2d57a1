namespace Understudy.Inference.Features;

/// <summary>Which n-grams of a text become features, and into how many buckets they are hashed.</summary>
public sealed record NgramOptions
{
    /// <summary>Number of hash buckets, a power of two.</summary>
    public int Buckets { get; init; } = 1 << 18;

    /// <summary>Longest run of words; 0 for none. Runs of 1 up to this length count.</summary>
    public int MaxWords { get; init; } = 2;

    /// <summary>Shortest run of characters.</summary>
    public int MinChars { get; init; } = 2;

    /// <summary>Longest run of characters; 0 for none. Runs stay within a word, its borders counted as a blank.</summary>
    public int MaxChars { get; init; } = 5;

    /// <summary>Characters of the text that are read; the rest is ignored.</summary>
    public int TextLimit { get; init; } = 4096;

    /// <summary>
    /// How many of these are the text's last ones where it is longer: how a mail closes (who sent it, why, how to be spared it) says more of its
    /// kind than its middle. At most <see cref="TextLimit"/>.
    /// </summary>
    public int TailLimit { get; init; }

    /// <summary>At most this many distinct features a text, the earliest first; bounds the input of a neural model. 0 for no bound.</summary>
    public int FeatureLimit { get; init; }
}
