using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Understudy.Inference.Features;

namespace Understudy.Inference.Classification;

/// <summary>
/// A transformer encoder in ONNX: <c>input_ids</c> and <c>attention_mask</c> int64 [B,S], where the file has them also <c>ngram_ids</c>
/// int64 [B,M] and <c>ngram_weights</c> float [B,M]; <c>logits</c> float [B,C]. Texts are sorted by length and run in batches of similar
/// length, each padded to its longest; results come back in the order of the input. Thread-safe.
/// </summary>
public sealed class EncoderClassifier : ITextClassifier
{
    /// <summary>A batch holds at most this many tokens, padding included (one text alone may be longer).</summary>
    internal const int TokenBudget = 4096;

    private readonly InferenceSession _session;
    private readonly TextEncoder _encode;
    private readonly int _maxTokens;
    private readonly NgramOptions? _ngrams;
    private readonly string[] _inputs;
    private readonly string[] _outputs = [EncoderSignature.Logits];
    private readonly RunOptions _run = new();
    private readonly ConcurrentBag<EncoderScratch> _scratch = [];

    /// <param name="name">The tier's name.</param>
    /// <param name="session">Owned from here on, also when this throws.</param>
    /// <param name="file">For messages.</param>
    /// <param name="encode">The tokenizer.</param>
    /// <param name="maxTokens">Longer texts are cut; at least 1.</param>
    /// <param name="ngrams">Needed exactly when the file reads n-grams.</param>
    internal EncoderClassifier(string name, InferenceSession session, string file, TextEncoder encode, int maxTokens, NgramOptions? ngrams)
    {
        _session = session;
        try
        {
            var signature = EncoderSignature.Read(session, file);
            if (signature.HasNgrams != ngrams is not null)
            {
                throw new ModelInvalidException(signature.HasNgrams
                    ? $"'{file}' reads n-grams, but the tier has no field 'ngrams'. Add the options it was trained with."
                    : $"'{file}' reads no n-grams, but the tier has the field 'ngrams'. Remove the field.");
            }

            if (maxTokens < 1)
            {
                throw new ModelInvalidException($"The tier of '{file}' has maxTokens {maxTokens}; an encoder needs at least 1. Use the length it was trained with.");
            }

            LabelCount = signature.LabelCount;
            _inputs = signature.HasNgrams
                ? [EncoderSignature.Ids, EncoderSignature.Mask, EncoderSignature.NgramIds, EncoderSignature.NgramWeights]
                : [EncoderSignature.Ids, EncoderSignature.Mask];
        }
        catch
        {
            session.Dispose();
            throw;
        }

        Name = name;
        _encode = encode;
        _maxTokens = maxTokens;
        _ngrams = ngrams;
    }

    public string Name { get; }

    public int LabelCount { get; }

    /// <summary>Opens an ONNX file on the process's shared thread pool.</summary>
    /// <exception cref="ModelInvalidException">The file is missing, truncated or no ONNX model.</exception>
    internal static InferenceSession Open(string path)
    {
        using var options = OnnxEnvironment.NewSessionOptions();
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException error)
        {
            var size = File.Exists(path) ? $"{new FileInfo(path).Length:N0} bytes" : "missing";
            throw new ModelInvalidException(
                $"'{Path.GetFileName(path)}' ({size}) cannot be read as an ONNX model: it is truncated, damaged or uses operators this runtime lacks. Copy or export it again. ({error.Message.Trim()})", error);
        }
    }

    public void Score(IReadOnlyList<string> texts, Span<float> logits)
    {
        if (logits.Length != texts.Count * LabelCount)
        {
            throw new ArgumentException($"logits has {logits.Length} places; {texts.Count} texts × {LabelCount} labels are needed.", nameof(logits));
        }

        if (!_scratch.TryTake(out var scratch))
        {
            scratch = new EncoderScratch(_ngrams);
        }

        scratch.Clear();
        foreach (var text in texts)
        {
            scratch.Add(text, _maxTokens, _encode);
        }

        scratch.Texts.Sort((a, b) => a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.Index.CompareTo(b.Index));
        var sorted = CollectionsMarshal.AsSpan(scratch.Texts);
        while (!sorted.IsEmpty)
        {
            var rows = BatchSize(sorted);
            Run(scratch, sorted[..rows], logits);
            sorted = sorted[rows..];
        }

        _scratch.Add(scratch); // after an exception it is left to the collector
    }

    /// <summary>How many of the shortest texts go together: within the budget, and none much longer than the first.</summary>
    internal static int BatchSize(ReadOnlySpan<EncodedText> sorted)
    {
        var rows = 1;
        var longest = (sorted[0].Length * 5 / 4) + 8;
        while (rows < sorted.Length && sorted[rows].Length <= longest && (rows + 1) * sorted[rows].Length <= TokenBudget)
        {
            rows++;
        }

        return rows;
    }

    private void Run(EncoderScratch scratch, ReadOnlySpan<EncodedText> batch, Span<float> logits)
    {
        var length = batch[^1].Length;
        var size = batch.Length * length;
        var ids = EncoderScratch.Grow(ref scratch.Ids, size);
        var mask = EncoderScratch.Grow(ref scratch.Mask, size);
        var scores = EncoderScratch.Grow(ref scratch.Logits, batch.Length * LabelCount);
        for (var row = 0; row < batch.Length; row++)
        {
            var tokens = scratch.Tokens(batch[row]);
            var rowIds = ids.Span.Slice(row * length, length);
            var rowMask = mask.Span.Slice(row * length, length);
            for (var i = 0; i < tokens.Length; i++)
            {
                rowIds[i] = tokens[i];
            }

            rowIds[tokens.Length..].Clear();
            rowMask[..tokens.Length].Fill(1);
            rowMask[tokens.Length..].Clear();
        }

        long[] shape = [batch.Length, length];
        using var idsValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, ids, shape);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, mask, shape);
        using var output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, scores, [batch.Length, LabelCount]);
        if (_ngrams is null)
        {
            _session.Run(_run, _inputs, [idsValue, maskValue], _outputs, [output]);
        }
        else
        {
            RunWithNgrams(scratch, batch, idsValue, maskValue, output);
        }

        for (var row = 0; row < batch.Length; row++)
        {
            scores.Span.Slice(row * LabelCount, LabelCount).CopyTo(logits.Slice(batch[row].Index * LabelCount, LabelCount));
        }
    }

    private void RunWithNgrams(EncoderScratch scratch, ReadOnlySpan<EncodedText> batch, OrtValue ids, OrtValue mask, OrtValue output)
    {
        var most = 1;
        foreach (var text in batch)
        {
            most = Math.Max(most, scratch.Ngrams[text.Index].Count);
        }

        var ngrams = EncoderScratch.Grow(ref scratch.NgramIds, batch.Length * most);
        var weights = EncoderScratch.Grow(ref scratch.NgramWeights, batch.Length * most);
        ngrams.Span.Clear();
        weights.Span.Clear();
        for (var row = 0; row < batch.Length; row++)
        {
            var vector = scratch.Ngrams[batch[row].Index];
            var rowIds = ngrams.Span.Slice(row * most, most);
            for (var i = 0; i < vector.Count; i++)
            {
                rowIds[i] = vector.Indices[i];
            }

            vector.Values.CopyTo(weights.Span.Slice(row * most, most));
        }

        long[] shape = [batch.Length, most];
        using var ngramsValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, ngrams, shape);
        using var weightsValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, weights, shape);
        _session.Run(_run, _inputs, [ids, mask, ngramsValue, weightsValue], _outputs, [output]);
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }
}
