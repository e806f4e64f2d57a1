using System.Runtime.InteropServices;

namespace Understudy.Inference.Tests.Classification;

/// <summary>
/// A model of two operators' worth of meaning: logits = mean over the tokens under the mask of a row of a table, plus, where there is
/// a second table, the weighted sum of the n-grams' rows. Wrong padding, masks or row orders change its output.
/// </summary>
internal static class TinyEncoder
{
    private const int Float = 1, Int64 = 7;

    /// <param name="tokens">[vocabulary, labels].</param>
    /// <param name="ngrams">[buckets, labels], or <see langword="null"/> for a model that reads none.</param>
    public static byte[] Write(float[,] tokens, float[,]? ngrams = null, string output = "logits", string ids = "input_ids")
    {
        var graph = new ProtoWriter()
            .Message(1, Node("Gather", ["table", ids], "rows"))
            .Message(1, Node("Cast", ["attention_mask"], "mask", ("to", Float)))
            .Message(1, Node("Unsqueeze", ["mask", "last"], "mask3"))
            .Message(1, Node("Mul", ["rows", "mask3"], "masked"))
            .Message(1, Node("ReduceSum", ["masked", "axis1"], "sum", ("keepdims", 0)))
            .Message(1, Node("ReduceSum", ["mask", "axis1"], "count", ("keepdims", 1)))
            .Message(1, Node("Div", ["sum", "count"], ngrams is null ? output : "mean"));
        if (ngrams is not null)
        {
            graph.Message(1, Node("Gather", ["ngram_table", "ngram_ids"], "ngram_rows"))
                .Message(1, Node("Unsqueeze", ["ngram_weights", "last"], "weights3"))
                .Message(1, Node("Mul", ["ngram_rows", "weights3"], "weighted"))
                .Message(1, Node("ReduceSum", ["weighted", "axis1"], "ngram_sum", ("keepdims", 0)))
                .Message(1, Node("Add", ["mean", "ngram_sum"], output));
        }

        graph.Text(2, "tiny").Message(5, Table("table", tokens)).Message(5, Axis("last", 2)).Message(5, Axis("axis1", 1));
        graph.Message(11, Value(ids, Int64, ["B", "S"])).Message(11, Value("attention_mask", Int64, ["B", "S"]));
        if (ngrams is not null)
        {
            graph.Message(5, Table("ngram_table", ngrams));
            graph.Message(11, Value("ngram_ids", Int64, ["B", "M"])).Message(11, Value("ngram_weights", Float, ["B", "M"]));
        }

        graph.Message(12, Value(output, Float, ["B", tokens.GetLength(1)]));
        return new ProtoWriter().Varint(1, 8).Message(7, graph).Message(8, new ProtoWriter().Text(1, "").Varint(2, 17)).ToArray();
    }

    private static ProtoWriter Node(string type, string[] inputs, string output, params (string Name, long Value)[] attributes)
    {
        var node = new ProtoWriter();
        Array.ForEach(inputs, input => node.Text(1, input));
        node.Text(2, output).Text(4, type);
        foreach (var (name, value) in attributes)
        {
            node.Message(5, new ProtoWriter().Text(1, name).Varint(3, value).Varint(20, 2));
        }

        return node;
    }

    private static ProtoWriter Table(string name, float[,] values) => new ProtoWriter()
        .Varint(1, values.GetLength(0)).Varint(1, values.GetLength(1)).Varint(2, Float).Text(8, name)
        .Bytes(9, MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref values[0, 0], values.Length)));

    private static ProtoWriter Axis(string name, long axis) => new ProtoWriter()
        .Varint(1, 1).Varint(2, Int64).Text(8, name).Bytes(9, BitConverter.GetBytes(axis));

    private static ProtoWriter Value(string name, int type, object[] dimensions)
    {
        var shape = new ProtoWriter();
        foreach (var dimension in dimensions)
        {
            shape.Message(1, dimension is string free ? new ProtoWriter().Text(2, free) : new ProtoWriter().Varint(1, (int)dimension));
        }

        return new ProtoWriter().Text(1, name).Message(2, new ProtoWriter().Message(1, new ProtoWriter().Varint(1, type).Message(2, shape)));
    }
}
