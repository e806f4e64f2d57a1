namespace Understudy.Cli.Bench.Frugal;

/// <summary>A student of our own beside FrugalGPT's published curve.</summary>
internal sealed record FrugalReport
{
    /// <summary>Test records.</summary>
    public required int Records { get; init; }

    public required int TrainingRecords { get; init; }

    /// <summary>Lines that could not be used.</summary>
    public required int Malformed { get; init; }

    /// <summary>The student alone.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Ends of its 95 % interval.</summary>
    public required double AccuracyLow { get; init; }

    public required double AccuracyHigh { get; init; }

    /// <summary>One core's time a question.</summary>
    public required double Milliseconds { get; init; }

    /// <summary>That time at the price of a core.</summary>
    public required double Dollars { get; init; }

    /// <summary>Of a core, assumed.</summary>
    public required double DollarsPerCoreHour { get; init; }

    /// <summary>Of FrugalGPT's points the one that is right most often.</summary>
    public required PublishedPoint FrugalBest { get; init; }

    public required PublishedPoint FrugalCheapest { get; init; }

    /// <summary>The published model that the student passes on to.</summary>
    public required PublishedPoint Model { get; init; }

    public required IReadOnlyList<CascadePoint> Curve { get; init; }

    public required IReadOnlyList<PublishedPoint> Published { get; init; }

    public required string Plot { get; init; }
}
