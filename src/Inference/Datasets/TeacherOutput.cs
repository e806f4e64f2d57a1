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

    /// <summary>Natural logarithms, one for each token of the answer: of <see cref="Completion"/>, or of what the lead wrote to give <see cref="Label"/>.</summary>
    public IReadOnlyList<double>? Logprobs { get; init; }

    /// <summary>Those tokens, each as it is shown by itself.</summary>
    public IReadOnlyList<string>? Tokens { get; init; }

    /// <summary>The most probable tokens at each place, with their natural logarithms.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, double>>? TopLogprobs { get; init; }

    public DateTimeOffset? At { get; init; }

    /// <summary>Where the input came from: a request, or a batch's blob and line.</summary>
    public string? Source { get; init; }

    /// <summary>One over the probability with which the lead was asked about an input like this; 1 for what students pass on.</summary>
    public double? Weight { get; init; }
}
