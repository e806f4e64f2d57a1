namespace Understudy.Cli.Optimization;

/// <summary>One way to serve, and how it did on all records.</summary>
internal sealed record ServingPoint
{
    /// <summary>As in a manifest.</summary>
    public required string Compression { get; init; }

    /// <summary>What goes ahead of a lead that writes, as in a manifest; null for classifiers.</summary>
    public string? Speculation { get; init; }

    /// <summary>Of every student; above 1 for one that is not asked.</summary>
    public required IReadOnlyDictionary<string, double> Thresholds { get; init; }

    public required double Accuracy { get; init; }

    /// <summary>Wrong where the lead, reading the input as it has learned to, is right.</summary>
    public required double Risk { get; init; }

    /// <summary>Model time an input, stage 1 included.</summary>
    public required double Milliseconds { get; init; }

    /// <summary>Over what the lead alone takes, reading the input as it has learned to.</summary>
    public required double CostRatio { get; init; }

    public required double StudentShare { get; init; }
}
