namespace Understudy.Cli.Evaluation;

/// <summary>What <c>evaluate</c> measures of a generation task's release, whatever it writes.</summary>
internal record DecodingReport
{
    public required string Task { get; init; }

    public required string Release { get; init; }

    public required int Records { get; init; }

    /// <summary>Lines that could not be used; they are not among the records.</summary>
    public required int Malformed { get; init; }

    /// <summary>Records whose request fills the lead's context; they count as wrong.</summary>
    public required int Unanswered { get; init; }

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
