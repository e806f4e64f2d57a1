using Understudy.Inference.Decoding;
using Understudy.Training.Onnx;

namespace Understudy.Inference.Tests.Decoding;

/// <summary>The decoder in plain loops, in double precision and with no cache: what the engine must agree with.</summary>
internal static class ReferenceDecoder
{
    /// <summary>Logits after the last token, [V].</summary>
    public static double[] Logits(DecoderWeights weights, ReadOnlySpan<int> tokens)
    {
        var shape = weights.Shape;
        var rows = new double[tokens.Length][];
        for (var i = 0; i < tokens.Length; i++)
        {
            rows[i] = [.. weights.Embeddings.AsSpan(tokens[i] * shape.Width, shape.Width).ToArray().Select(value => (double)value)];
        }

        foreach (var layer in weights.Layers)
        {
            var qkv = rows.Select(row => Multiply(Normalise(row, layer.AttentionNorm), layer.Qkv)).ToArray();
            for (var i = 0; i < rows.Length; i++)
            {
                for (var head = 0; head < shape.Heads + shape.KvHeads; head++)
                {
                    Rotate(qkv[i].AsSpan(head * shape.HeadDim, shape.HeadDim), i);
                }
            }

            for (var i = 0; i < rows.Length; i++)
            {
                Add(rows[i], Multiply(Attend(shape, qkv, i), layer.Output));
                var gateUp = Multiply(Normalise(rows[i], layer.FeedForwardNorm), layer.GateUp);
                var gated = new double[shape.FeedForward];
                for (var j = 0; j < gated.Length; j++)
                {
                    gated[j] = gateUp[j] / (1 + Math.Exp(-gateUp[j])) * gateUp[shape.FeedForward + j];
                }

                Add(rows[i], Multiply(gated, layer.Down));
            }
        }

        return Multiply(Normalise(rows[^1], weights.FinalNorm), weights.Head);
    }

    private static double[] Attend(DecoderShape shape, double[][] qkv, int row)
    {
        var result = new double[shape.Heads * shape.HeadDim];
        for (var head = 0; head < shape.Heads; head++)
        {
            var group = head / (shape.Heads / shape.KvHeads);
            var (query, key, value) = (head * shape.HeadDim, (shape.Heads + group) * shape.HeadDim, (shape.Heads + shape.KvHeads + group) * shape.HeadDim);
            var scores = new double[row + 1];
            for (var past = 0; past <= row; past++)
            {
                for (var i = 0; i < shape.HeadDim; i++)
                {
                    scores[past] += qkv[row][query + i] * qkv[past][key + i] / Math.Sqrt(shape.HeadDim);
                }
            }

            var most = scores.Max();
            var exponentials = scores.Select(score => Math.Exp(score - most)).ToArray();
            var sum = exponentials.Sum();
            for (var past = 0; past <= row; past++)
            {
                for (var i = 0; i < shape.HeadDim; i++)
                {
                    result[query + i] += exponentials[past] / sum * qkv[past][value + i];
                }
            }
        }

        return result;
    }

    private static void Rotate(Span<double> head, int position)
    {
        var half = head.Length / 2;
        for (var i = 0; i < half; i++)
        {
            var (sin, cos) = Math.SinCos(position * Math.Pow(DecoderShape.RotaryBase, -2.0 * i / head.Length));
            (head[i], head[half + i]) = ((head[i] * cos) - (head[half + i] * sin), (head[i] * sin) + (head[half + i] * cos));
        }
    }

    private static double[] Normalise(double[] row, float[] weight)
    {
        var scale = 1 / Math.Sqrt(row.Average(value => value * value) + DecoderShape.Epsilon);
        return [.. row.Select((value, i) => value * scale * weight[i])];
    }

    private static double[] Multiply(double[] row, float[] matrix)
    {
        var result = new double[matrix.Length / row.Length];
        for (var i = 0; i < row.Length; i++)
        {
            for (var j = 0; j < result.Length; j++)
            {
                result[j] += row[i] * matrix[(i * result.Length) + j];
            }
        }

        return result;
    }

    private static void Add(double[] to, double[] values)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] += values[i];
        }
    }
}
