namespace Understudy.Training.Studies;

/// <summary>What a study runs on.</summary>
public sealed record StudyOptions
{
    /// <summary>The data set's name; null for the study's own.</summary>
    public string? Set { get; init; }

    /// <summary>The folder that holds the data sets; null for the one that <c>UNDERSTUDY_DATA</c> names, else <c>shared/data</c> at or above the current folder.</summary>
    public string? Data { get; init; }

    /// <summary>The models folder, for studies of a release's own lead.</summary>
    public string? Models { get; init; }

    /// <summary>Where leads and finished measurements are kept, so that a study goes on where it stopped.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>Every variant is measured once with each.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [17, 18, 19];

    /// <summary>Only these variants are measured; none named: all.</summary>
    public IReadOnlyList<string> Variants { get; init; } = [];

    /// <summary>Passes over the data in place of the study's own number; null for that.</summary>
    public int? Epochs { get; init; }

    /// <summary>At most this many examples to train on; null for the study's own number.</summary>
    public int? Limit { get; init; }
}
