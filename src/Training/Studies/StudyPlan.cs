namespace Understudy.Training.Studies;

/// <summary>A study whose data and lead are at hand.</summary>
internal sealed record StudyPlan
{
    /// <summary>The data set, and how much of it is used.</summary>
    public required string Data { get; init; }

    public required string Metric { get; init; }

    /// <summary>Everything that the scores depend on beside variant and seed: a measurement made under other settings is not used again.</summary>
    public required string Settings { get; init; }

    public required IReadOnlyList<StudyArm> Arms { get; init; }

    /// <summary>Which variant is compared with which.</summary>
    public IReadOnlyList<(string Name, string Against)> Pairs { get; init; } = [];

    public IReadOnlyDictionary<string, double> Facts { get; init; } = new Dictionary<string, double>();

    /// <summary>A score to draw beside the variants', such as the lead's.</summary>
    public (string Name, double Score)? Reference { get; init; }

    /// <summary>The fact that sizes the variants, when score by size is of interest; null for bars.</summary>
    public string? Size { get; init; }

    /// <summary>The same with these variants alone, in the study's order.</summary>
    /// <exception cref="StudyInvalidException">One is not among them.</exception>
    public StudyPlan Only(IReadOnlyList<string> variants)
    {
        if (variants.Except(Arms.Select(arm => arm.Name)).FirstOrDefault() is { } unknown)
        {
            throw new StudyInvalidException($"There is no variant '{unknown}'. This study has: {string.Join(", ", Arms.Select(arm => $"'{arm.Name}'"))}.");
        }

        return variants.Count == 0 ? this : this with
        {
            Arms = [.. Arms.Where(arm => variants.Contains(arm.Name))],
            Pairs = [.. Pairs.Where(pair => variants.Contains(pair.Name) && variants.Contains(pair.Against))],
        };
    }
}
