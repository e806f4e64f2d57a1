using System.Numerics.Tensors;
using Understudy.Inference.Datasets;
using Understudy.Inference.Features;

namespace Understudy.Inference.Leads.Prompts;

/// <summary>
/// Solved examples that are found by their likeness to an input: the cosine of hashed n-grams, weighed by rarity, over an inverted index.
/// Thread-safe.
/// </summary>
internal sealed class DemonstrationPool
{
    /// <summary>The file beside a release's manifest or, for all releases of a task, beside its <c>task.json</c>.</summary>
    public const string FileName = "demonstrations.jsonl";

    private static readonly NgramOptions Ngrams = new() { Buckets = 1 << 16, MaxWords = 2, MinChars = 3, MaxChars = 4, TextLimit = 2048 };

    private readonly Lock _lock = new();
    private readonly NgramFeatures _features = new(Ngrams);
    private readonly SparseVector _vector = new();
    private readonly IReadOnlyList<Demonstration> _examples;
    private readonly Dictionary<int, List<(int Example, float Weight)>> _index = [];

    public DemonstrationPool(IReadOnlyList<Demonstration> examples)
    {
        _examples = examples;
        for (var i = 0; i < examples.Count; i++)
        {
            foreach (var (bucket, weight) in Weights(examples[i].Text))
            {
                if (!_index.TryGetValue(bucket, out var postings))
                {
                    _index[bucket] = postings = [];
                }

                postings.Add((i, weight));
            }
        }
    }

    /// <summary>The nearest first; none for an input that shares nothing with any.</summary>
    /// <returns>Positions in the pool.</returns>
    public IReadOnlyList<int> Nearest(string text, int count)
    {
        var scores = new Dictionary<int, double>();
        foreach (var (bucket, weight) in Weights(text))
        {
            if (_index.TryGetValue(bucket, out var postings))
            {
                var rarity = Math.Log(1 + ((double)_examples.Count / postings.Count));
                foreach (var (example, other) in postings)
                {
                    scores[example] = scores.GetValueOrDefault(example) + (weight * other * rarity * rarity);
                }
            }
        }

        return [.. scores.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(count).Select(pair => pair.Key)];
    }

    public Demonstration this[int example] => _examples[example];

    /// <summary>Reads a file of records with text and label; others are left out.</summary>
    /// <param name="readable">A text as the models read it, as <see cref="Releases.Release.Readable"/> gives.</param>
    public static DemonstrationPool Load(string path, IReadOnlyList<string> labels, Func<string, string> readable)
    {
        using var stream = File.OpenRead(path);
        return new([.. DatasetReader.ReadAsync(stream, CancellationToken.None).ToBlockingEnumerable()
            .Where(line => line.Record is { Text.Length: > 0, Label: not null } record && labels.Contains(record.Label))
            .Select(line => new Demonstration(readable(line.Record!.Text!), line.Record.Label!))]);
    }

    private List<(int Bucket, float Weight)> Weights(string text)
    {
        lock (_lock)
        {
            _features.Extract(text, _vector);
            var norm = TensorPrimitives.Norm<float>(_vector.Values);
            var weights = new List<(int, float)>(_vector.Count);
            for (var i = 0; i < _vector.Count; i++)
            {
                weights.Add((_vector.Indices[i], _vector.Values[i] / norm));
            }

            return weights;
        }
    }
}
