using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Understudy.Inference.Classification;

/// <summary>What an encoder's ONNX file takes and gives, read from its metadata and checked.</summary>
/// <param name="LabelCount">The size of the last axis of <c>logits</c>.</param>
/// <param name="HasNgrams">It also reads <c>ngram_ids</c> and <c>ngram_weights</c>.</param>
internal sealed record EncoderSignature(int LabelCount, bool HasNgrams)
{
    public const string Ids = "input_ids", Mask = "attention_mask", NgramIds = "ngram_ids", NgramWeights = "ngram_weights", Logits = "logits";

    /// <exception cref="ModelInvalidException">With everything that does not fit.</exception>
    public static EncoderSignature Read(InferenceSession session, string file)
    {
        List<string> problems = [];
        var ngrams = session.InputMetadata.ContainsKey(NgramIds) || session.InputMetadata.ContainsKey(NgramWeights);
        Dictionary<string, TensorElementType> wanted = new() { [Ids] = TensorElementType.Int64, [Mask] = TensorElementType.Int64 };
        if (ngrams)
        {
            wanted[NgramIds] = TensorElementType.Int64;
            wanted[NgramWeights] = TensorElementType.Float;
        }

        foreach (var (name, type) in wanted)
        {
            Check("input", name, type, session.InputMetadata, free: 2, problems);
        }

        foreach (var name in session.InputMetadata.Keys.Except(wanted.Keys))
        {
            problems.Add($"input '{name}' is not known; an encoder reads {string.Join(", ", wanted.Keys)}");
        }

        Check("output", Logits, TensorElementType.Float, session.OutputMetadata, free: 1, problems);
        var labels = session.OutputMetadata.TryGetValue(Logits, out var logits) && logits.Dimensions is { Length: 2 } shape ? shape[1] : -1;
        if (problems.Count == 0 && labels < 2)
        {
            problems.Add("output 'logits' must have a fixed last axis of 2 labels or more");
        }

        return problems.Count == 0
            ? new(labels, ngrams)
            : throw new ModelInvalidException($"'{file}' is no encoder that can serve: {string.Join("; ", problems)}. Export it again with these inputs and outputs.");
    }

    private static void Check(
        string role, string name, TensorElementType type, IReadOnlyDictionary<string, NodeMetadata> metadata, int free, List<string> problems)
    {
        if (!metadata.TryGetValue(name, out var found))
        {
            problems.Add($"{role} '{name}' is missing");
        }
        else if (!found.IsTensor || found.ElementDataType != type || found.Dimensions.Length != 2)
        {
            problems.Add($"{role} '{name}' must be a {type} tensor of rank 2, not {found.ElementDataType} of rank {found.Dimensions.Length}");
        }
        else if (found.Dimensions.Take(free).Any(d => d >= 0))
        {
            problems.Add($"{role} '{name}' has the fixed shape [{string.Join(",", found.Dimensions)}]; batch and length must be free");
        }
    }
}
