using System.Text.Json.Serialization;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Quality;

/// <summary>
/// What the first student that may answer says of inputs, by itself: how often each label, and how sure it is. It is asked about every input, whatever
/// becomes of it, so that these are unbiased and cost nothing. Apart, not label by confidence: with 150 labels that would be more cells than a calibration set has examples.
/// </summary>
public sealed record InputCounts
{
    /// <summary>Where a bin of confidence ends and the next begins: closest where students that know their task are.</summary>
    public static readonly IReadOnlyList<double> Edges = [0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999];

    /// <summary>[labels]</summary>
    public required IReadOnlyList<long> Labels { get; init; }

    /// <summary>[<see cref="Edges"/> + 1], the least sure first.</summary>
    public required IReadOnlyList<long> Confidence { get; init; }

    /// <summary>Of no inputs.</summary>
    public static InputCounts None { get; } = new() { Labels = [], Confidence = new long[Edges.Count + 1] };

    /// <summary>Of how many inputs.</summary>
    [JsonIgnore]
    public long Inputs => Labels.Sum();

    /// <summary>Counts items after stage 2.</summary>
    /// <returns>Null where there is nothing to count: the first student failed, none may answer, or it writes texts.</returns>
    public static InputCounts? Of(Release release, IReadOnlyList<PipelineItem> items)
    {
        var first = release.Students.FirstOrDefault(student => student.MayAnswer)?.Name;
        var said = items.Select(item => item.Votes.FirstOrDefault(vote => vote.Tier == first)?.Probabilities);
        return first is null ? null : Of(release.Manifest.Labels.Count, said.OfType<float[]>().Where(row => row.Length > 0));
    }

    /// <param name="labels">How many there are.</param>
    /// <param name="said">Calibrated probabilities, a row of [labels] for each input.</param>
    /// <returns>Null without any.</returns>
    internal static InputCounts? Of(int labels, IEnumerable<float[]> said)
    {
        var (byLabel, byConfidence) = (new long[labels], new long[Edges.Count + 1]);
        foreach (var row in said)
        {
            var most = row.Max();
            byLabel[Array.IndexOf(row, most)]++;
            byConfidence[Edges.TakeWhile(edge => most >= edge).Count()]++;
        }

        return byLabel.Any(count => count > 0) ? new() { Labels = byLabel, Confidence = byConfidence } : null;
    }

    /// <summary>Of both; what is null counts for nothing.</summary>
    public static InputCounts? Sum(InputCounts? one, InputCounts? other) => one is null || other is null ? one ?? other : new()
    {
        Labels = Sum(one.Labels, other.Labels, 1),
        Confidence = Sum(one.Confidence, other.Confidence, 1),
    };

    /// <summary>What has become more since; null where something has become less.</summary>
    public InputCounts? Since(InputCounts before)
    {
        var more = new InputCounts { Labels = Sum(Labels, before.Labels, -1), Confidence = Sum(Confidence, before.Confidence, -1) };
        return more.CanBe(Labels.Count) ? more : null;
    }

    /// <summary>Whether they can have been counted of so many labels: those that a site sends need not be.</summary>
    public bool CanBe(int labels) => Labels.Count == labels && Confidence.Count == Edges.Count + 1
        && Labels.Concat(Confidence).All(count => count is >= 0 and <= 1L << 40) && Labels.Sum() == Confidence.Sum();

    private static long[] Sum(IReadOnlyList<long> one, IReadOnlyList<long> other, int sign) =>
        [.. Enumerable.Range(0, Math.Max(one.Count, other.Count)).Select(i => one.ElementAtOrDefault(i) + (sign * other.ElementAtOrDefault(i)))];
}
