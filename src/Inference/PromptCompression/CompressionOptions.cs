namespace Understudy.Inference.PromptCompression;

/// <summary>How far a prompt is compressed, and what must stay.</summary>
public sealed record CompressionOptions
{
    public const double MaxRatio = 100;
    public const int MaxProtected = 1000;
    public const int MaxProtectedCharacters = 256;

    /// <summary>Tokens before over tokens after, of the whole prompt; above 1, at most <see cref="MaxRatio"/>.</summary>
    public double Ratio { get; init; } = 4;

    /// <summary>Words that stay wherever they stand, each without white space, with a letter or a digit and at most <see cref="MaxProtectedCharacters"/> long; case does not matter.</summary>
    public IReadOnlyList<string> Protected { get; init; } = [];

    /// <summary>Puts the most relevant document first, because models read the middle of a prompt least.</summary>
    public bool Reorder { get; init; } = true;

    /// <summary>Documents go on from one another, as turns of a conversation do: what stands beside something relevant is relevant, and the order stays.</summary>
    public bool Consecutive { get; init; }

    public SentenceChoice Choice { get; init; } = SentenceChoice.Relevant;

    /// <summary>For <see cref="SentenceChoice.Random"/>.</summary>
    public int Seed { get; init; } = 13;

    /// <summary>What reading a thousand tokens costs the lead; null when nobody knows, and then time is no reason to yield. Where it is one, every twentieth prompt is compressed all the same, to learn whether it still is.</summary>
    public double? LeadMillisecondsPerThousandTokens { get; init; }

    /// <summary>Every problem, each naming the option, its limit and the remedy; empty when all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (!(Ratio > 1 && Ratio <= MaxRatio))
        {
            problems.Add(FormattableString.Invariant($"ratio is {Ratio}; it must be above 1 and at most {MaxRatio}. Give 4 for a quarter of the tokens"));
        }

        if (Protected.Count > MaxProtected)
        {
            problems.Add($"protected has {Protected.Count} words; at most {MaxProtected} are allowed. Leave out those that may go");
        }

        if (Protected.Any(word => word?.Length > MaxProtectedCharacters))
        {
            problems.Add($"protected has an entry of more than {MaxProtectedCharacters} characters. Give the words by which it is known");
        }

        if (Protected.Any(word => string.IsNullOrWhiteSpace(word) || word.Any(char.IsWhiteSpace)))
        {
            problems.Add("protected has an entry that is empty or more than one word. Give each word by itself");
        }

        if (Protected.Any(word => word is { Length: > 0 } && !word.Any(c => char.IsWhiteSpace(c) || PromptText.IsCore(c))))
        {
            problems.Add("protected has an entry without a letter or a digit, by which words are compared. Leave it out, or give the words that it stands beside");
        }

        if (LeadMillisecondsPerThousandTokens is { } lead && !(lead >= 0 && double.IsFinite(lead)))
        {
            problems.Add(FormattableString.Invariant($"leadMillisecondsPerThousandTokens is {lead}; it must be 0 or more. Measure it, or leave it out"));
        }

        return problems;
    }

    /// <exception cref="CompressionOptionsInvalidException">With everything that is out of its limits.</exception>
    public void Validate()
    {
        if (Problems() is { Count: > 0 } problems)
        {
            throw new CompressionOptionsInvalidException(problems);
        }
    }
}
