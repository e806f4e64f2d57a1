using System.Text.Json.Serialization;
using Understudy.Inference.Features;
using Understudy.Training.Onnx;

namespace Understudy.Training.Recipes;

/// <summary>One way of making a model smaller, as measured on the tuning texts.</summary>
/// <param name="Precision">How weights are stored.</param>
/// <param name="Kept">Share of the layers' weights that was asked to stay.</param>
/// <param name="Ngrams">Of the n-gram part; null for none.</param>
/// <param name="Parameters">Weights that are left.</param>
/// <param name="Accuracy">On the tuning texts.</param>
/// <param name="Bytes">Of the file.</param>
/// <param name="MillisecondsPerItem">For a text, many at a time.</param>
/// <param name="Quality">The quality score against the model as it was trained; 0 for that.</param>
/// <param name="LargestDifference">Of any logit, against the model as it was trained.</param>
internal sealed record CompressedModel(
    EncoderPrecision Precision, double Kept, NgramOptions? Ngrams, long Parameters, double Accuracy, long Bytes, double MillisecondsPerItem, double Quality, double LargestDifference)
{
    /// <summary>On the tuning texts, of a task that is measured by it; null for others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MacroF1 { get; init; }

    /// <summary>By the task's metric: what ways are compared by.</summary>
    [JsonIgnore]
    public double Score => MacroF1 ?? Accuracy;

    /// <summary>Whether nothing measured is both smaller and at least as good.</summary>
    public bool OnFront { get; init; }

    /// <summary>Whether this is what is released.</summary>
    public bool Chosen { get; init; }

    [JsonIgnore]
    public string Name => FormattableString.Invariant($"{Precision.ToString().ToLowerInvariant()}{(Kept < 1 ? $", {Kept:P0} of the layers" : "")}{(Ngrams is null ? "" : $", {Ngrams.Buckets} n-grams")}");

    /// <summary>Marks the front and the best of those that lose little.</summary>
    /// <param name="all">What was measured.</param>
    /// <param name="whole">The model as it was trained.</param>
    /// <param name="mostLost">Percentage points of the task's metric.</param>
    public static IReadOnlyList<CompressedModel> Choose(IReadOnlyList<CompressedModel> all, CompressedModel whole, double mostLost)
    {
        var within = all.Where(model => 100 * (whole.Score - model.Score) <= mostLost + 1e-9).ToList();
        var best = within.Count > 0 ? within.MaxBy(model => model.Quality) : all.OrderByDescending(model => model.Score).ThenBy(model => model.Bytes).First();
        return [.. all.Select(model => model with
        {
            Chosen = ReferenceEquals(model, best),
            OnFront = !all.Any(other => other.Bytes <= model.Bytes && other.Score >= model.Score && (other.Bytes < model.Bytes || other.Score > model.Score)),
        })];
    }
}
