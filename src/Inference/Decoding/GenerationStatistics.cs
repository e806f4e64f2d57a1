namespace Understudy.Inference.Decoding;

/// <summary>The account of one generation.</summary>
public sealed record GenerationStatistics
{
    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Tokens of the prompt that another request had left in the cache.</summary>
    public int ReusedTokens { get; init; }

    /// <summary>Output tokens.</summary>
    public int Tokens { get; init; }

    /// <summary>Passes of the model after the prompt's.</summary>
    public int Forwards { get; init; }

    /// <summary>Suggestions that were verified.</summary>
    public int Proposed { get; init; }

    /// <summary>Suggestions that were taken.</summary>
    public int Accepted { get; init; }

    /// <summary>Output tokens a pass after the prompt's, which gives the first; 1 without speculation.</summary>
    public double AcceptedLength => Forwards == 0 ? 1 : Math.Max(0, Tokens - 1) / (double)Forwards;

    /// <summary>For the prompt; with it the first token is known.</summary>
    public double PrefillMilliseconds { get; init; }

    /// <summary>In proposers.</summary>
    public double DraftMilliseconds { get; init; }

    /// <summary>In passes of the model after the prompt's.</summary>
    public double VerifyMilliseconds { get; init; }

    /// <summary>Everything after the prompt.</summary>
    public double DecodeMilliseconds { get; init; }

    /// <summary>Of decoding, the prompt's time left out.</summary>
    public double TokensPerSecond => DecodeMilliseconds == 0 ? 0 : Math.Max(0, Tokens - 1) / DecodeMilliseconds * 1000;
}
