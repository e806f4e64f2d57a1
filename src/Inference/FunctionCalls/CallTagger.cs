using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Understudy.Inference.Classification;
using Understudy.Inference.Decoding;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.FunctionCalls;

/// <summary>
/// Reads a request in both directions at once and gives its intent and a tag for each word, in ONNX: <c>input_ids</c> and <c>attention_mask</c> int64 [B,S] →
/// <c>logits</c> float [B,intents] and <c>tags</c> float [B,S,tags], of which each word's first token counts. The metadata name both. Thread-safe.
/// </summary>
public sealed class CallTagger : IDisposable
{
    /// <summary>The metadata's key for <see cref="CallLabels"/>.</summary>
    public const string LabelsKey = "understudy.calls";

    /// <summary>The metadata's key for the longest request, in tokens.</summary>
    public const string TokensKey = "understudy.tokens";

    /// <summary>The metadata's key for <see cref="Weight"/>.</summary>
    public const string WeightKey = "understudy.weight";

    public const string Tags = "tags";

    private const string Ids = "input_ids", Mask = "attention_mask", Intents = "logits";

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    private CallTagger(InferenceSession session, CallLabels labels, int maxTokens, double weight) => (_session, Labels, MaxTokens, Weight) = (session, labels, maxTokens, weight);

    public CallLabels Labels { get; }

    /// <summary>Longer requests are not read.</summary>
    public int MaxTokens { get; }

    /// <summary>What its log-probabilities count beside those of the language model whose requests it reads; 0 where it has no say.</summary>
    public double Weight { get; }

    /// <exception cref="ModelInvalidException">The file is missing or damaged, or is no tagger.</exception>
    public static CallTagger Load(string path)
    {
        var session = OnnxFile.Open(path, ExecutionProvider.Cpu);
        var said = session.ModelMetadata.CustomMetadataMap;
        if (said.TryGetValue(LabelsKey, out var json) && Read(json) is { } labels && said.TryGetValue(TokensKey, out var tokens) && int.TryParse(tokens, CultureInfo.InvariantCulture, out var maxTokens) && maxTokens > 0
            && Has(session.InputMetadata, Ids, TensorElementType.Int64) && Has(session.InputMetadata, Mask, TensorElementType.Int64)
            && Has(session.OutputMetadata, Intents, TensorElementType.Float, labels.Intents.Count) && Has(session.OutputMetadata, Tags, TensorElementType.Float, labels.Tags.Count))
        {
            return new(session, labels, maxTokens, said.TryGetValue(WeightKey, out var weight) && double.TryParse(weight, CultureInfo.InvariantCulture, out var number) && number is >= 0 and < 1000 ? number : 0);
        }

        session.Dispose();
        throw new ModelInvalidException($"'{Path.GetFileName(path)}' is no tagger of requests: it reads int64 'input_ids' and 'attention_mask', gives float 'logits' and 'tags', and its metadata name both. Export it again.");
    }

    /// <param name="tokenizer">That it was trained with.</param>
    /// <param name="tokens">The request's.</param>
    /// <returns>Null for a request that is empty, too long, or parted by other white space than single blanks, which no prompt of ours has.</returns>
    public TaggerReading? Read(TextTokenizer tokenizer, ReadOnlySpan<int> tokens)
    {
        if (tokens.Length > MaxTokens)
        {
            return null;
        }

        var words = RequestWords.Of(tokenizer, tokens);
        if (words.Words.Count == 0 || words.Words.Any(word => word.Any(char.IsWhiteSpace)))
        {
            return null;
        }

        var (ids, mask) = (new long[tokens.Length], new long[tokens.Length]);
        for (var i = 0; i < ids.Length; i++)
        {
            (ids[i], mask[i]) = (tokens[i], 1);
        }

        using var first = OrtValue.CreateTensorValueFromMemory(ids, [1, ids.Length]);
        using var second = OrtValue.CreateTensorValueFromMemory(mask, [1, ids.Length]);
        using var outputs = _session.Run(_options, [Ids, Mask], [first, second], [Intents, Tags]);
        var all = outputs[1].GetTensorDataAsSpan<float>();
        var (intents, count) = (new float[Labels.Intents.Count], Labels.Tags.Count);
        LogSoftmax(outputs[0].GetTensorDataAsSpan<float>(), intents);
        var tags = new float[words.Words.Count * count];
        for (var word = 0; word < words.Words.Count; word++)
        {
            LogSoftmax(all.Slice(words.Firsts[word] * count, count), tags.AsSpan(word * count, count));
        }

        return new(Labels, words.Words, intents, tags);
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    private static void LogSoftmax(ReadOnlySpan<float> logits, Span<float> logProbabilities) =>
        TensorPrimitives.Subtract(logits, (float)LogProbabilities.LogSumExp(logits), logProbabilities);

    private static bool Has(IReadOnlyDictionary<string, NodeMetadata> values, string name, TensorElementType type, int? last = null) =>
        values.TryGetValue(name, out var value) && value.ElementDataType == type && (last is null || value.Dimensions[^1] == last);

    private static CallLabels? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<CallLabels>(json, JsonSerializerOptions.Web) is { Intents.Count: > 0, Tags.Count: > 0 } labels
                && labels.Slots?.Count == labels.Intents.Count && labels.Tags[0] == "O" && labels.Slots.All(slots => slots.Count > 0 && slots.All(tag => tag >= 0 && tag < labels.Tags.Count))
                ? labels : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
