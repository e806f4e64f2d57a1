namespace Understudy.Inference.Cascades;

/// <summary>What <see cref="ParetoTest"/> chose.</summary>
public sealed record ParetoChoice
{
    /// <summary>The index of the candidate; null when none is certified, and then the lead answers everything.</summary>
    public int? Candidate { get; init; }

    /// <summary>Examples that put the candidates in order.</summary>
    public int Ordering { get; init; }

    /// <summary>Other examples, which tested them.</summary>
    public int Testing { get; init; }

    /// <summary>Candidates on the front that the ordering examples drew.</summary>
    public int Path { get; init; }

    /// <summary>Those of them that were certified.</summary>
    public int Certified { get; init; }

    /// <summary>Losses of the candidate, or of the first that failed, among the testing examples.</summary>
    public int Losses { get; init; }

    /// <summary>Probability of so few losses if its risk were above epsilon.</summary>
    public double PValue { get; init; } = 1;

    /// <summary>The least number of testing examples that could certify anything.</summary>
    public int TestingNeeded { get; init; }
}
