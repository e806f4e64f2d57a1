using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Understudy.Inference.Classification;

namespace Understudy.Inference.Decoding;

/// <summary>Reads the shape of one of our own graphs and checks that the graph has it.</summary>
internal static class GroupedQuerySignature
{
    /// <exception cref="ModelInvalidException">With everything that does not fit.</exception>
    public static DecoderShape Read(InferenceSession session, string file, int? maxTokens)
    {
        var metadata = session.ModelMetadata.CustomMetadataMap;
        var family = metadata[DecoderNames.Family];
        if (family != DecoderNames.OwnFamily)
        {
            throw new ModelInvalidException($"'{file}' is of family '{family}'; this version reads '{DecoderNames.OwnFamily}'. Export the model again, or update Understudy.");
        }

        var shape = ReadShape(metadata.GetValueOrDefault(DecoderNames.Shape), file);
        List<string> problems = [];
        foreach (var name in (string[])[DecoderNames.Ids, DecoderNames.Positions, DecoderNames.Lengths, DecoderNames.Total, DecoderNames.Bias, DecoderNames.Padding, DecoderNames.Rows])
        {
            if (!session.InputMetadata.ContainsKey(name))
            {
                problems.Add($"input '{name}' is missing");
            }
        }

        Check(session.OutputMetadata, DecoderNames.Logits, [-1, shape.Vocabulary], problems);
        Check(session.OutputMetadata, DecoderNames.Hidden, [-1, shape.Width], problems);
        for (var i = 0; i < shape.Layers * 2; i++)
        {
            Check(session.InputMetadata, DecoderNames.Past(i / 2, i % 2 == 0), [-1, shape.KvHeads, -1, shape.HeadDim], problems);
        }

        if (maxTokens > shape.MaxTokens || maxTokens < 1)
        {
            problems.Add($"MaxTokens {maxTokens} was asked for, and the model has positions for {shape.MaxTokens}");
        }

        return problems.Count == 0
            ? shape with { MaxTokens = maxTokens ?? shape.MaxTokens }
            : throw new ModelInvalidException($"'{file}' is no decoder that can run: {string.Join("; ", problems)}. Export it again.");
    }

    private static DecoderShape ReadShape(string? json, string file)
    {
        try
        {
            var shape = JsonSerializer.Deserialize<DecoderShape>(json ?? "null", JsonSerializerOptions.Web);
            if (shape is { Vocabulary: > 0, Width: > 0, Layers: > 0, Heads: > 0, KvHeads: > 0, HeadDim: > 0, MaxTokens: > 0 })
            {
                return shape;
            }
        }
        catch (JsonException)
        {
            // said below
        }

        throw new ModelInvalidException($"'{file}' has no usable metadata '{DecoderNames.Shape}'. Export it again.");
    }

    private static void Check(IReadOnlyDictionary<string, NodeMetadata> values, string name, int[] wanted, List<string> problems)
    {
        if (!values.TryGetValue(name, out var found))
        {
            problems.Add($"'{name}' is missing");
        }
        else if (found.ElementType != typeof(float) || !found.Dimensions.SequenceEqual(wanted))
        {
            problems.Add($"'{name}' must be float [{string.Join(",", wanted)}], not {found.ElementType.Name} [{string.Join(",", found.Dimensions)}]");
        }
    }
}
