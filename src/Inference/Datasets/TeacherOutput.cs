namespace Understudy.Inference.Datasets;

/// <summary>What the lead answered to a record: what a student learns from.</summary>
public sealed record TeacherOutput
{
    /// <summary>The lead that answered: a tier or model name, with its release where it has one.</summary>
    public string? Model { get; init; }

    public string? Label { get; init; }

    /// <summary>Soft targets: a probability per label, summing to 1.</summary>
    public IReadOnlyDictionary<string, double>? Probabilities { get; init; }

    public string? Completion { get; init; }

    /// <summary>Natural logarithms, one for each token of <see cref="Completion"/>.</summary>
    public IReadOnlyList<double>? Logprobs { get; init; }

    public DateTimeOffset? At { get; init; }
}
