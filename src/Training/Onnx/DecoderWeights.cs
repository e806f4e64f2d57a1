using Understudy.Inference.Decoding;

namespace Understudy.Training.Onnx;

/// <summary>
/// The weights of a decoder as plain arrays, row-major. Matrices are input-major: [inputs, outputs], so that a row vector is multiplied
/// from the left.
/// </summary>
/// <param name="Shape">The sizes that the arrays below have.</param>
/// <param name="Embeddings">[V, D]</param>
/// <param name="Layers">One entry a layer.</param>
/// <param name="FinalNorm">[D]</param>
/// <param name="Head">[D, V]; with tied embeddings, their transpose.</param>
public sealed record DecoderWeights(DecoderShape Shape, float[] Embeddings, IReadOnlyList<DecoderLayerWeights> Layers, float[] FinalNorm, float[] Head)
{
    /// <summary>Seeded normal weights (Box–Muller), scaled so that activations keep their size: what tests and benches decode with.</summary>
    /// <param name="spread">The standard deviation of the logits, about: 1 is nearly uniform, 4 is peaked.</param>
    public static DecoderWeights Random(DecoderShape shape, int seed, float spread = 3)
    {
        var random = new Random(seed);
        var (width, inner, feed) = (shape.Width, shape.Heads * shape.HeadDim, shape.FeedForward);
        var layers = new DecoderLayerWeights[shape.Layers];
        var embeddings = Normal(random, shape.Vocabulary * width, 1);
        for (var layer = 0; layer < layers.Length; layer++)
        {
            layers[layer] = new(
                Ones(width),
                Normal(random, width * shape.QkvWidth, 1 / MathF.Sqrt(width)),
                Normal(random, inner * width, 1 / MathF.Sqrt(inner)),
                Ones(width),
                Normal(random, width * 2 * feed, 1 / MathF.Sqrt(width)),
                Normal(random, feed * width, 1 / MathF.Sqrt(feed)));
        }

        return new(shape, embeddings, layers, Ones(width), Normal(random, width * shape.Vocabulary, spread / MathF.Sqrt(width)));
    }

    /// <summary>Checks every array's length against the shape.</summary>
    /// <exception cref="ArgumentException">With all that do not fit.</exception>
    public void Validate()
    {
        List<string> problems = [];
        var (width, inner) = (Shape.Width, Shape.Heads * Shape.HeadDim);
        Check(nameof(Embeddings), Embeddings, Shape.Vocabulary * width);
        Check(nameof(FinalNorm), FinalNorm, width);
        Check(nameof(Head), Head, width * Shape.Vocabulary);
        if (Layers.Count != Shape.Layers)
        {
            problems.Add($"Layers has {Layers.Count} entries, the shape {Shape.Layers}");
        }

        for (var layer = 0; layer < Layers.Count; layer++)
        {
            Check($"Layers[{layer}].AttentionNorm", Layers[layer].AttentionNorm, width);
            Check($"Layers[{layer}].Qkv", Layers[layer].Qkv, width * Shape.QkvWidth);
            Check($"Layers[{layer}].Output", Layers[layer].Output, inner * width);
            Check($"Layers[{layer}].FeedForwardNorm", Layers[layer].FeedForwardNorm, width);
            Check($"Layers[{layer}].GateUp", Layers[layer].GateUp, width * 2 * Shape.FeedForward);
            Check($"Layers[{layer}].Down", Layers[layer].Down, Shape.FeedForward * width);
        }

        if (problems.Count > 0)
        {
            throw new ArgumentException($"The weights do not have the sizes of {Shape}: {string.Join("; ", problems)}.");
        }

        void Check(string name, float[] values, long size)
        {
            if (values.Length != size)
            {
                problems.Add($"{name} has {values.Length} numbers, {size} are needed");
            }
        }
    }

    private static float[] Ones(int count)
    {
        var values = new float[count];
        Array.Fill(values, 1);
        return values;
    }

    private static float[] Normal(Random random, int count, float deviation)
    {
        var values = new float[count];
        for (var i = 0; i < count; i += 2)
        {
            var radius = deviation * MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle()));
            var (sin, cos) = MathF.SinCos(2 * MathF.PI * random.NextSingle());
            values[i] = radius * cos;
            if (i + 1 < count)
            {
                values[i + 1] = radius * sin;
            }
        }

        return values;
    }
}
