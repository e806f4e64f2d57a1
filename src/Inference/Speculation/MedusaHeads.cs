using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Understudy.Inference.Classification;
using Understudy.Inference.Decoding;

namespace Understudy.Inference.Speculation;

/// <summary>Medusa heads in ONNX: <c>hidden</c> float [1,D] → <c>logits</c> float [heads,V]; head k guesses the token k + 2 places on. Thread-safe.</summary>
public sealed class MedusaHeads : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    private MedusaHeads(InferenceSession session, int width, int count, int vocabulary) =>
        (_session, Width, Count, Vocabulary) = (session, width, count, vocabulary);

    /// <summary>D</summary>
    public int Width { get; }

    /// <summary>Heads.</summary>
    public int Count { get; }

    /// <summary>V</summary>
    public int Vocabulary { get; }

    /// <exception cref="ModelInvalidException">The file is missing or damaged, or has other inputs and outputs.</exception>
    public static MedusaHeads Load(string path)
    {
        var session = OnnxFile.Open(path, ExecutionProvider.Cpu);
        if (session.InputMetadata.TryGetValue(DecoderNames.Hidden, out var hidden) && hidden.ElementDataType == TensorElementType.Float
            && hidden.Dimensions is [1, > 0] && session.OutputMetadata.TryGetValue(DecoderNames.Logits, out var logits)
            && logits.ElementDataType == TensorElementType.Float && logits.Dimensions is [> 0, > 0])
        {
            return new(session, hidden.Dimensions[1], logits.Dimensions[0], logits.Dimensions[1]);
        }

        session.Dispose();
        throw new ModelInvalidException($"'{Path.GetFileName(path)}' holds no Medusa heads: they read float 'hidden' [1,D] and give float 'logits' [heads,V]. Export them again.");
    }

    /// <param name="hidden">[D]</param>
    /// <param name="logits">Receives [heads, V].</param>
    public void Run(float[] hidden, float[] logits)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(hidden, [1, Width]);
        using var output = OrtValue.CreateTensorValueFromMemory(logits, [Count, Vocabulary]);
        _session.Run(_options, [DecoderNames.Hidden], [input], [DecoderNames.Logits], [output]);
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}
