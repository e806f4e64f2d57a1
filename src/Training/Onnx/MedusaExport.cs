using System.Globalization;
using System.Text.Json;
using Understudy.Inference.Decoding;
using Understudy.Inference.Speculation;
using Type = Understudy.Training.Onnx.Format.TensorProto.Types.DataType;

namespace Understudy.Training.Onnx;

/// <summary>Writes Medusa heads as an ONNX file for <see cref="MedusaHeads"/>: <c>hidden</c> float [1,D] → <c>logits</c> float [heads,S].</summary>
public static class MedusaExport
{
    /// <exception cref="ArgumentException">The arrays do not have the sizes that Width, Vocabulary and Tokens ask for.</exception>
    public static void Save(MedusaWeights weights, DecoderPrecision precision, string path)
    {
        var (width, count, guesses) = (weights.Width, weights.Residuals.Count, weights.Tokens?.Count ?? weights.Vocabulary);
        if (count == 0 || weights.Biases.Count != count || weights.Head.Length != width * guesses
            || weights.Residuals.Any(values => values.Length != width * width) || weights.Biases.Any(values => values.Length != width))
        {
            throw new ArgumentException($"Medusa heads need as many residuals [{width},{width}] as biases [{width}], and a head [{width},{guesses}].", nameof(weights));
        }

        var graph = new OnnxGraph();
        if (weights.Tokens is { } tokens)
        {
            graph.Describe(DecoderNames.Vocabulary, weights.Vocabulary.ToString(CultureInfo.InvariantCulture));
            graph.Describe(DecoderNames.Tokens, JsonSerializer.Serialize(tokens));
        }

        var hidden = graph.Input(DecoderNames.Hidden, Type.Float, 1, width);
        var residuals = WeightMatrix.Multiply(graph, hidden, SideBySide(weights.Residuals, width), width, count * width, precision, sensitive: true);
        float[] biases = [.. weights.Biases.SelectMany(values => values)];
        var inner = graph.Node("Reshape", graph.Node("Add", residuals, graph.Constant(biases, count * width)), graph.Constant([(long)count, width], 2));
        var states = graph.Node("Add", graph.MicrosoftNode("QuickGelu", [inner], ("alpha", 1f)), hidden);
        graph.Output(DecoderNames.Logits, WeightMatrix.Multiply(graph, states, weights.Head, width, guesses, precision, sensitive: true), Type.Float, count, guesses);
        graph.Save(path);
    }

    /// <summary>Square matrices [D, D] as one [D, n·D].</summary>
    private static float[] SideBySide(IReadOnlyList<float[]> matrices, int width)
    {
        var all = new float[matrices.Count * width * width];
        for (var row = 0; row < width; row++)
        {
            for (var matrix = 0; matrix < matrices.Count; matrix++)
            {
                matrices[matrix].AsSpan(row * width, width).CopyTo(all.AsSpan(((row * matrices.Count) + matrix) * width));
            }
        }

        return all;
    }
}
