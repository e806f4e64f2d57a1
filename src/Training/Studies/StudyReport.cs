namespace Understudy.Training.Studies;

/// <summary>What a study measured.</summary>
public sealed record StudyReport
{
    public required string Study { get; init; }

    /// <summary>The data set, and how much of it was used.</summary>
    public required string Data { get; init; }

    /// <summary>What the scores are; higher is better.</summary>
    public required string Metric { get; init; }

    public required IReadOnlyList<int> Seeds { get; init; }

    public required IReadOnlyList<StudyVariant> Variants { get; init; }

    public required IReadOnlyList<StudyComparison> Comparisons { get; init; }

    /// <summary>What was measured once: the lead's accuracy and bytes, for instance.</summary>
    public required IReadOnlyDictionary<string, double> Facts { get; init; }

    /// <summary>The variants with nothing both smaller and better, where the study has sizes to compare; else none.</summary>
    public IReadOnlyList<string> Front { get; init; } = [];

    /// <summary>A row for <c>docs/techniques.md</c>.</summary>
    public required string Row { get; init; }

    /// <summary>Where it is drawn.</summary>
    public required string Plot { get; init; }

    /// <summary>Time that the measurements took, those of earlier runs included.</summary>
    public required double Seconds { get; init; }
}
