using System.Collections.Concurrent;
using Understudy.Inference.Classification;
using Understudy.Inference.Features;

namespace Understudy.Inference.Linear;

/// <summary>Serves a <see cref="LinearModel"/>: microseconds a text, no neural runtime.</summary>
public sealed class LinearClassifier(string name, LinearModel model) : ITextClassifier
{
    // A pool rather than thread statics: scratch memory is as large as the bucket table and goes with the model.
    private readonly ConcurrentBag<(NgramFeatures Features, SparseVector Vector)> _scratch = [];

    public string Name { get; } = name;

    public int LabelCount => model.LabelCount;

    /// <summary>Loads a model file; its name becomes the classifier's.</summary>
    /// <exception cref="InvalidDataException">The file is no linear model or is damaged.</exception>
    public static LinearClassifier Load(string path) => new(Path.GetFileNameWithoutExtension(path), LinearModel.Load(path));

    public void Score(IReadOnlyList<string> texts, Span<float> logits)
    {
        if (logits.Length != texts.Count * LabelCount)
        {
            throw new ArgumentException($"Room for {logits.Length} logits was given where {texts.Count} texts × {LabelCount} labels need {texts.Count * LabelCount}.", nameof(logits));
        }

        if (!_scratch.TryTake(out var scratch))
        {
            scratch = (new(model.Ngrams), new());
        }

        for (var i = 0; i < texts.Count; i++)
        {
            scratch.Features.Extract(texts[i], scratch.Vector);
            model.Score(scratch.Vector, logits.Slice(i * LabelCount, LabelCount));
        }

        _scratch.Add(scratch);
    }

    public void Dispose() => _scratch.Clear();
}
