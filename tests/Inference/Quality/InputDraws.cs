using Understudy.Inference.Quality;

namespace Understudy.Inference.Tests.Quality;

/// <summary>Inputs of a task as its first student sees them: labels as in Zipf's law, and mostly sure. Seeded.</summary>
internal sealed class InputDraws(int labels, int seed)
{
    private readonly double[] _labels = Running([.. Enumerable.Range(1, labels).Select(rank => 1.0 / rank)]);
    private readonly double[] _confidence = Running([1, 2, 4, 5, 9, 11, 14, 14, 20, 20]);
    private readonly Random _random = new(seed);

    public static readonly TaskAudit Audit = new() { Share = 0.1 };

    public static IReadOnlyList<string> Names(int labels) => [.. Enumerable.Range(0, labels).Select(label => $"label {label}")];

    /// <param name="inputs">How many.</param>
    /// <param name="changed">The share of them that are of another kind: of the last label, and the student is unsure.</param>
    public InputCounts Draw(int inputs, double changed = 0)
    {
        var (byLabel, byConfidence) = (new long[labels], new long[InputCounts.Edges.Count + 1]);
        for (var input = 0; input < inputs; input++)
        {
            var other = _random.NextDouble() < changed;
            byLabel[other ? labels - 1 : Of(_labels)]++;
            byConfidence[other ? 1 : Of(_confidence)]++;
        }

        return new() { Labels = byLabel, Confidence = byConfidence };
    }

    private int Of(double[] running)
    {
        var place = Array.BinarySearch(running, _random.NextDouble());
        return Math.Min(running.Length - 1, place < 0 ? ~place : place);
    }

    private static double[] Running(double[] weights)
    {
        var total = weights.Sum();
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = (weights[i] / total) + (i == 0 ? 0 : weights[i - 1]);
        }

        return weights;
    }
}
