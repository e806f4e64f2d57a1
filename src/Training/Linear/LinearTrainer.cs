using System.Numerics.Tensors;
using Understudy.Inference.Features;
using Understudy.Inference.Linear;

namespace Understudy.Training.Linear;

/// <summary>
/// Fits a multinomial logistic regression on hashed n-grams by AdaGrad (Duchi et al., JMLR 2011), to hard labels or to a teacher's
/// soft targets (Hinton et al., arXiv 1503.02531) alike. Features weigh by their rarity and, where it is wished, by how unevenly the labels
/// share them (<see cref="LinearTraining.RatioShare"/>); both are kept in one weight, so that it costs nothing to serve.
/// </summary>
public sealed class LinearTrainer(NgramOptions ngrams, LinearTraining training)
{
    /// <summary>Trains on texts and target distributions.</summary>
    /// <param name="targets">For each text a probability a label, [labels].</param>
    /// <param name="onEpoch">Told the epoch (from 1) and its mean cross-entropy.</param>
    /// <param name="from">A model of the same n-grams and labels to go on from; null to begin at zero.</param>
    public LinearModel Train(
        IReadOnlyList<string> texts,
        IReadOnlyList<float[]> targets,
        Action<int, double>? onEpoch = null,
        CancellationToken cancellationToken = default,
        LinearModel? from = null)
    {
        var labels = targets[0].Length;
        var (rows, idf) = Featurise(texts, targets, from);
        var weights = new float[(long)ngrams.Buckets * labels];
        var squares = new float[weights.Length];
        var bias = new float[labels];
        var biasSquares = new float[labels];
        if (from is not null)
        {
            Begin(from, weights, squares, bias, biasSquares);
        }

        var random = new Random(training.Seed);
        var order = Enumerable.Range(0, texts.Count).ToArray();
        var gradient = new float[labels];
        var step = new float[labels];
        for (var epoch = 1; epoch <= training.Epochs; epoch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            random.Shuffle(order);
            var loss = 0.0;
            foreach (var example in order)
            {
                var (indices, values) = rows[example];
                bias.CopyTo(gradient, 0);
                for (var i = 0; i < indices.Length; i++)
                {
                    TensorPrimitives.MultiplyAdd(weights.AsSpan(indices[i] * labels, labels), values[i], gradient, gradient);
                }

                TensorPrimitives.SoftMax<float>(gradient, gradient);
                var target = targets[example];
                for (var label = 0; label < labels; label++)
                {
                    loss -= target[label] * Math.Log(Math.Max(gradient[label], 1e-12f));
                    gradient[label] -= target[label];
                }

                Step(bias, biasSquares, gradient, 1f, 0f, step);
                for (var i = 0; i < indices.Length; i++)
                {
                    var at = indices[i] * labels;
                    Step(weights.AsSpan(at, labels), squares.AsSpan(at, labels), gradient, values[i], training.L2, step);
                }
            }

            onEpoch?.Invoke(epoch, loss / texts.Count);
        }

        return LinearModel.Quantise(ngrams, bias, idf, weights);
    }

    /// <summary>A weight that was learned before moves as if gradients of 1 in sum had moved it already: one lesson does not undo many.</summary>
    private static void Begin(LinearModel from, float[] weights, float[] squares, float[] bias, float[] biasSquares)
    {
        var labels = from.LabelCount;
        from.Bias.CopyTo(bias);
        Array.Fill(biasSquares, 1f);
        for (var bucket = 0; bucket < from.Scales.Length; bucket++)
        {
            if (from.Scales[bucket] == 0)
            {
                continue;
            }

            for (var i = bucket * labels; i < (bucket + 1) * labels; i++)
            {
                weights[i] = from.Weights[i] * from.Scales[bucket];
                squares[i] = 1f;
            }
        }
    }

    private void Step(Span<float> weights, Span<float> squares, ReadOnlySpan<float> gradient, float value, float l2, Span<float> step)
    {
        // g = gradient·value + l2·w;  G += g²;  w −= rate·g / √G
        TensorPrimitives.Multiply(weights, l2, step);
        TensorPrimitives.MultiplyAdd(gradient, value, step, step);
        TensorPrimitives.MultiplyAdd(step, step, squares, squares);
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] -= training.Rate * step[i] / (MathF.Sqrt(squares[i]) + 1e-8f);
        }
    }

    private (List<(int[] Indices, float[] Values)> Rows, float[] Idf) Featurise(IReadOnlyList<string> texts, IReadOnlyList<float[]> targets, LinearModel? from)
    {
        var features = new NgramFeatures(ngrams);
        var vector = new SparseVector();
        var idf = new float[ngrams.Buckets];
        var rows = new List<(int[] Indices, float[] Values)>(texts.Count);
        foreach (var text in texts)
        {
            features.Extract(text, vector);
            rows.Add((vector.Indices.ToArray(), vector.Values.ToArray()));
            foreach (var index in vector.Indices)
            {
                idf[index]++;
            }
        }

        Weigh(idf, rows, targets, from);
        foreach (var (indices, values) in rows)
        {
            for (var i = 0; i < indices.Length; i++)
            {
                values[i] *= idf[indices[i]];
            }

            var norm = TensorPrimitives.Norm<float>(values);
            if (norm > 0)
            {
                TensorPrimitives.Divide(values, norm, values);
            }
        }

        return (rows, idf);
    }

    /// <summary>Turns counts of texts into the weights that features have before any learning: rarity, and how unevenly the labels share it.</summary>
    private void Weigh(float[] counts, List<(int[] Indices, float[] Values)> rows, IReadOnlyList<float[]> targets, LinearModel? from)
    {
        var ratios = training.RatioShare > 0 && from is null ? new LabelRatios(counts.Length, [.. rows.Select(row => row.Indices)], targets) : null;
        double before = 0, now = 0;
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            counts[bucket] = counts[bucket] < training.MinCount ? 0 : MathF.Log((1f + rows.Count) / (1f + counts[bucket])) + 1f;
            if (ratios is not null && counts[bucket] > 0)
            {
                counts[bucket] *= 1f - training.RatioShare + (training.RatioShare * ratios.Of(bucket));
            }

            if (from?.Idf[bucket] > 0 && counts[bucket] > 0)
            {
                before += from.Idf[bucket];
                now += counts[bucket];
            }
        }

        // Texts are scaled to unit length, so only proportions count. The largest weight becomes the largest that a model keeps; what is new
        // to a model weighs as what it knows does.
        var scale = now > 0 ? (float)(before / now)
            : ratios is null ? 1f : LinearModel.LargestIdf / Math.Max(TensorPrimitives.Max<float>(counts), LinearModel.LargestIdf);
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            counts[bucket] = from?.Idf[bucket] > 0 ? from.Idf[bucket] : LinearModel.RoundIdf(counts[bucket] * scale); // what was learned was learned at this weight
        }
    }
}
