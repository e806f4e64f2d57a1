namespace Understudy.Cli.Evaluation;

/// <summary>What <c>evaluate</c> measures of a generation task's release.</summary>
internal sealed record CallReport
{
    public required string Task { get; init; }

    public required string Release { get; init; }

    public required int Records { get; init; }

    /// <summary>Lines that could not be used; they are not among the records.</summary>
    public required int Malformed { get; init; }

    /// <summary>Records whose request fills the lead's context; they count as wrong.</summary>
    public required int Unanswered { get; init; }

    /// <summary>Share of the records whose whole call the lead writes as it should be; the order of slots does not count.</summary>
    public required double ExactMatch { get; init; }

    /// <summary>As <see cref="ExactMatch"/>, of the lead's language model alone.</summary>
    public required double LanguageModelExactMatch { get; init; }

    /// <summary>As <see cref="ExactMatch"/>, of the tagger alone; null without one.</summary>
    public required double? TaggerExactMatch { get; init; }

    /// <summary>Share of the lead's answers that are a call with one of the task's intents.</summary>
    public required double ValidJson { get; init; }

    /// <summary>Share of the records with the right intent.</summary>
    public required double IntentAccuracy { get; init; }

    /// <summary>As <see cref="ExactMatch"/>, of the draft alone; null without one.</summary>
    public required double? DraftExactMatch { get; init; }

    /// <summary>As <see cref="ValidJson"/>, of the draft alone; null without one.</summary>
    public required double? DraftValidJson { get; init; }

    /// <summary>As <see cref="IntentAccuracy"/>, of the draft alone; null without one.</summary>
    public required double? DraftIntentAccuracy { get; init; }

    /// <summary>Share of the answers that are the same, token for token, with and without speculation.</summary>
    public required double Identical { get; init; }

    /// <summary>Of the lead with all that can go ahead of it, the prompt's time left out.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Of the lead alone, the prompt's time left out.</summary>
    public required double PlainTokensPerSecond { get; init; }

    /// <summary>A ratio of totals: the time of all answers by the lead alone over that with speculation, measured in turns; the prompt's time, which is the same for both, left out.</summary>
    public required double Speedup { get; init; }

    /// <summary>Output tokens a pass of the lead, with speculation.</summary>
    public required double AcceptedLength { get; init; }

    /// <summary>What went ahead of the lead.</summary>
    public required string Ahead { get; init; }

    /// <summary>What each of them does by itself.</summary>
    public IReadOnlyList<ProposerResult> Proposers { get; init; } = [];
}
