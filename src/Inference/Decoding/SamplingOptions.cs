namespace Understudy.Inference.Decoding;

/// <summary>How the next token is chosen from a model's logits. Applied in this order: repetition penalty, temperature, top-k, top-p, min-p.</summary>
public sealed record SamplingOptions
{
    /// <summary>The most probable token, always.</summary>
    public static SamplingOptions Greedy { get; } = new();

    /// <summary>Logits are divided by it; 0 is greedy.</summary>
    public double Temperature { get; init; }

    /// <summary>Only this many of the most probable tokens; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the most probable tokens that together reach this probability, one at least; 1 for all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Only tokens at least this many times as probable as the most probable; 0 for all.</summary>
    public double MinP { get; init; }

    /// <summary>Logits of tokens that occurred before are divided by it where positive and multiplied where negative (CTRL, arXiv 1909.05858); 1 for none.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>The same seed, prompt and options give the same text, as <see cref="IsRepeatable"/> says; null for another each time.</summary>
    public int? Seed { get; init; }

    /// <summary>Also with a temperature so small that a float has no number for it.</summary>
    public bool IsGreedy => (float)Temperature == 0;

    /// <summary>
    /// Whether the same prompt and options give the same text. Where a model rounds by how many tokens a pass reads (exports of others), that is so to the
    /// last bit for a request that comes again, and not where what other prompts left cuts its prompt otherwise into passes.
    /// </summary>
    public bool IsRepeatable => IsGreedy || Seed is not null;

    /// <summary>Everything that is out of its limits, each with its name; empty when all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        Check(Temperature is >= 0 and <= 100, "Temperature", Temperature, "from 0 (greedy) to 100");
        Check(TopK >= 0, "TopK", TopK, "0 (all) or more");
        Check(TopP is >= 0 and <= 1, "TopP", TopP, "from 0 (the most probable alone) to 1 (all)");
        Check(MinP is >= 0 and < 1, "MinP", MinP, "from 0 (all) to under 1");
        Check(RepetitionPenalty is > 0 and <= 100, "RepetitionPenalty", RepetitionPenalty, "over 0, up to 100 (1 for none)");
        return problems;

        void Check(bool fine, string name, double value, string limits)
        {
            if (!fine)
            {
                problems.Add(FormattableString.Invariant($"{name} is {value}; it must be {limits}"));
            }
        }
    }
}
