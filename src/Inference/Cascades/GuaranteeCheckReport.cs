using System.Globalization;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Cascades;

/// <summary>What <see cref="GuaranteeCheck"/> found.</summary>
public sealed record GuaranteeCheckReport
{
    public required Guarantee Guarantee { get; init; }

    /// <summary>Size of the table.</summary>
    public int Examples { get; init; }

    /// <summary>How many times thresholds were chosen, of either kind.</summary>
    public int Repetitions { get; init; }

    /// <summary>Share of bootstrap repetitions whose true risk exceeded epsilon: what is judged.</summary>
    public double ViolationShare { get; init; }

    /// <summary>Delta and the binomial tolerance of that many repetitions: a promise that is just kept stays within it in 99 of 100 checks.</summary>
    public double AllowedShare { get; init; }

    /// <summary>Whether <see cref="ViolationShare"/> is within <see cref="AllowedShare"/>.</summary>
    public bool Passed { get; init; }

    /// <summary>Share of half-and-half splits whose measured loss on the other half exceeded epsilon; not judged, because that loss is noisy.</summary>
    public double SplitViolationShare { get; init; }

    /// <summary>Mean true risk of the thresholds chosen in the bootstrap.</summary>
    public double MeanRisk { get; init; }

    /// <summary>Mean share of inputs that students answer with those thresholds.</summary>
    public double MeanStudentShare { get; init; }

    /// <summary>The report in a few lines of plain words.</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"""
        Promise: at most {Guarantee.Epsilon:0.###%} worse than the lead, in {1 - Guarantee.Delta:0.#%} of calibrations.
        Thresholds chosen {Repetitions} times on {Examples} examples drawn with replacement from the table, which stands for all inputs:
        the true risk exceeded the bound in {ViolationShare:0.0%} of them; up to {AllowedShare:0.0%} is within the promise and chance. {(Passed ? "Kept." : "BROKEN.")}
        Mean true risk {MeanRisk:0.00%}, students answer {MeanStudentShare:0.0%} on average.
        For comparison, halves of the table: the loss measured on the other half exceeded the bound in {SplitViolationShare:0.0%} (noisy, not judged).
        """);
}
