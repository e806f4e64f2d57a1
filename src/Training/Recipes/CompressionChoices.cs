using Understudy.Training.Onnx;

namespace Understudy.Training.Recipes;

/// <summary>
/// The ways in which a model may be made smaller. Every combination is made and measured on the tuning texts beside the model as it was trained, and
/// of those that lose little the one with the best quality score (arXiv 2604.04988) is kept.
/// </summary>
public sealed record CompressionChoices
{
    /// <summary>How weights are stored.</summary>
    public IReadOnlyList<EncoderPrecision> Precisions { get; init; } = [EncoderPrecision.Int8];

    /// <summary>
    /// Shares of the layers' weights that stay when attention heads and feed-forward rows with the smallest norms go (arXiv 1608.08710), above 0; 1 for all.
    /// What was pruned is taught by the lead's answers.
    /// </summary>
    public IReadOnlyList<double> Kept { get; init; } = [1];

    /// <summary>Shares of the n-gram part's buckets, 1 for all, 0 for no n-gram part, or a half, a quarter, …; the lead's alone.</summary>
    public IReadOnlyList<double> Ngrams { get; init; } = [1];

    /// <summary>Passes over the lead's answers of what was pruned.</summary>
    public int Passes { get; init; } = 3;

    /// <summary>AdamW's peak learning rate in those.</summary>
    public double Rate { get; init; } = 1.5e-4;

    /// <summary>Percentage points of the task's metric that may be lost. Where each loses more, the one that loses least is kept.</summary>
    public double MostLost { get; init; } = 1;

    /// <summary>Halvings of the size that a point of it is worth: λ of the quality score.</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>Every problem, each naming the field, its limit and the remedy.</summary>
    internal IEnumerable<string> Problems(string model, bool hasNgrams, bool isShared)
    {
        var at = $"'compression.{model}";
        if (Precisions.Count == 0 || Kept.Count == 0 || Ngrams.Count == 0)
        {
            yield return $"{at}' has an empty list. 'precisions', 'kept' and 'ngrams' each need at least one entry, or leave the field out.";
        }

        if (Kept.Any(share => share is not (> 0 and <= 1)))
        {
            yield return $"{at}.kept' must have shares above 0 and at most 1.";
        }

        if (isShared && Kept.Any(share => share < 1))
        {
            yield return $"{at}.kept' must be 1 for a student that shares the lead's layers ('smallStart' is 'shared'): what is pruned is shared no more.";
        }

        if (Ngrams.Any(share => share is not 0 && (share is not (> 0 and <= 1) || !double.IsInteger(Math.Log2(share)))))
        {
            yield return $"{at}.ngrams' must have 1, 0.5, 0.25 and so on, or 0 for no n-gram part: the number of buckets is a power of two.";
        }

        if (!hasNgrams && Ngrams.Any(share => share < 1))
        {
            yield return $"{at}.ngrams' is for the lead alone; '{model}' has no n-gram part. Leave the field out.";
        }

        if (Passes is < 1 or > 100)
        {
            yield return $"{at}.passes' is {Passes}; it must be 1 to 100.";
        }

        foreach (var problem in FieldRange.Problems($"compression.{model}", ("rate", Rate, FieldRange.AboveZero), ("mostLost", MostLost, FieldRange.NotNegative), ("lambda", Lambda, FieldRange.NotNegative)))
        {
            yield return problem;
        }
    }
}
