using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Understudy.Inference.Classification;

namespace Understudy.Inference.Decoding;

/// <summary>What a decoder exported by the Hugging Face tools takes and gives.</summary>
/// <param name="Vocabulary">The last axis of <c>logits</c>.</param>
/// <param name="HasMask">It reads <c>attention_mask</c>.</param>
/// <param name="HasPositions">It reads <c>position_ids</c>.</param>
/// <param name="TrainedTokens"><c>max_position_embeddings</c> of the <c>config.json</c> beside or above the file; null where none says it.</param>
internal sealed record HuggingFaceSignature(int Vocabulary, int Layers, int KvHeads, int HeadDim, bool HasMask, bool HasPositions, int? TrainedTokens)
{
    private const int UnsaidTokens = 2048;

    /// <param name="maxTokens">The longest sequence; null for what the model was trained on, else 2,048.</param>
    /// <exception cref="ModelInvalidException">The model was trained on less.</exception>
    public DecoderShape Shape(int? maxTokens, string file) => maxTokens <= TrainedTokens || maxTokens is null || TrainedTokens is null
        ? new(Vocabulary, 0, Layers, KvHeads, KvHeads, HeadDim, 0, maxTokens ?? TrainedTokens ?? UnsaidTokens)
        : throw new ModelInvalidException($"MaxTokens {maxTokens} was asked for, and '{file}' has positions for {TrainedTokens}, as its config.json says. Ask for no more.");

    /// <exception cref="ModelInvalidException">With everything that does not fit.</exception>
    public static HuggingFaceSignature Read(InferenceSession session, string path)
    {
        List<string> problems = [];
        var (inputs, outputs) = (session.InputMetadata, session.OutputMetadata);
        Check("input", inputs, DecoderNames.Ids, TensorElementType.Int64, 2, problems);
        Check("output", outputs, DecoderNames.Logits, TensorElementType.Float, 3, problems);
        var layers = 0;
        while (inputs.ContainsKey(DecoderNames.Past(layers, key: true)))
        {
            foreach (var key in (bool[])[true, false])
            {
                Check("input", inputs, DecoderNames.Past(layers, key), TensorElementType.Float, 4, problems);
                Check("output", outputs, DecoderNames.Present(layers, key), TensorElementType.Float, 4, problems);
            }

            layers++;
        }

        if (layers == 0)
        {
            problems.Add($"input '{DecoderNames.Past(0, key: true)}' is missing (export with a past: task text-generation-with-past)");
        }

        string[] known = [DecoderNames.Ids, DecoderNames.Mask, DecoderNames.Positions];
        problems.AddRange(inputs.Keys.Where(name => !known.Contains(name) && !name.StartsWith("past_key_values.", StringComparison.Ordinal))
            .Select(name => $"input '{name}' is not known"));
        if (problems.Count == 0)
        {
            var past = inputs[DecoderNames.Past(0, key: true)].Dimensions;
            var vocabulary = outputs[DecoderNames.Logits].Dimensions[2];
            if (past[1] > 0 && past[3] > 0 && vocabulary > 0)
            {
                return new(vocabulary, layers, past[1], past[3], inputs.ContainsKey(DecoderNames.Mask), inputs.ContainsKey(DecoderNames.Positions), ModelConfiguration.TrainedTokens(path));
            }

            problems.Add("the key and value heads, their size and the vocabulary must be fixed sizes");
        }

        throw new ModelInvalidException($"'{Path.GetFileName(path)}' is no decoder of a known family: {string.Join("; ", problems)}. Export it again with these inputs and outputs.");
    }

    private static void Check(string role, IReadOnlyDictionary<string, NodeMetadata> values, string name, TensorElementType type, int rank, List<string> problems)
    {
        if (!values.TryGetValue(name, out var found))
        {
            problems.Add($"{role} '{name}' is missing");
        }
        else if (!found.IsTensor || found.ElementDataType != type || found.Dimensions.Length != rank)
        {
            problems.Add($"{role} '{name}' must be a {type} tensor of rank {rank}, not {found.ElementDataType} of rank {found.Dimensions.Length}");
        }
    }
}
