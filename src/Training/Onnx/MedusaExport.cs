using Understudy.Inference.Decoding;
using Understudy.Inference.Speculation;
using Type = Understudy.Training.Onnx.Format.TensorProto.Types.DataType;

namespace Understudy.Training.Onnx;

/// <summary>Writes Medusa heads as an ONNX file for <see cref="MedusaHeads"/>: <c>hidden</c> float [1,D] → <c>logits</c> float [heads,V].</summary>
public static class MedusaExport
{
    /// <exception cref="ArgumentException">The arrays do not have the sizes that Width and Vocabulary ask for.</exception>
    public static void Save(MedusaWeights weights, DecoderPrecision precision, string path)
    {
        var (width, vocabulary, count) = (weights.Width, weights.Vocabulary, weights.Residuals.Count);
        if (count == 0 || weights.Biases.Count != count || (weights.Heads.Count != count && weights.Heads.Count != 1)
            || weights.Residuals.Any(values => values.Length != width * width) || weights.Biases.Any(values => values.Length != width)
            || weights.Heads.Any(values => values.Length != width * vocabulary))
        {
            throw new ArgumentException($"Medusa heads need as many residuals [{width},{width}] as biases [{width}], and one head [{width},{vocabulary}] for all or one each.", nameof(weights));
        }

        var graph = new OnnxGraph();
        var hidden = graph.Input(DecoderNames.Hidden, Type.Float, 1, width);
        var states = new string[count];
        for (var head = 0; head < count; head++)
        {
            var inner = graph.Node("Add", graph.Node("MatMul", hidden, graph.Constant(weights.Residuals[head], width, width)), graph.Constant(weights.Biases[head], width));
            states[head] = graph.Node("Add", hidden, graph.MicrosoftNode("QuickGelu", [inner], ("alpha", 1f)));
            if (weights.Heads.Count > 1)
            {
                states[head] = WeightMatrix.Multiply(graph, states[head], weights.Heads[head], width, vocabulary, precision);
            }
        }

        var all = count == 1 ? states[0] : graph.Node("Concat", states, ("axis", 0));
        graph.Output(DecoderNames.Logits, weights.Heads.Count > 1 ? all : WeightMatrix.Multiply(graph, all, weights.Heads[0], width, vocabulary, precision), Type.Float, count, vocabulary);
        graph.Save(path);
    }
}
