using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Understudy.Inference.Classification;
using Understudy.Inference.Decoding;

namespace Understudy.Inference.Speculation;

/// <summary>
/// Medusa heads in ONNX: <c>hidden</c> float [1,D] → <c>logits</c> float [heads,S]; head k guesses the token k + 2 places on. S is the
/// vocabulary, or fewer: then the file's metadata say which tokens are guessed. Thread-safe.
/// </summary>
public sealed class MedusaHeads : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly int[]? _tokens;

    private MedusaHeads(InferenceSession session, int width, int count, int guesses, int vocabulary, int[]? tokens) =>
        (_session, Width, Count, Guesses, Vocabulary, _tokens) = (session, width, count, guesses, vocabulary, tokens);

    /// <summary>D</summary>
    public int Width { get; }

    /// <summary>Heads.</summary>
    public int Count { get; }

    /// <summary>S, tokens that a head chooses from.</summary>
    public int Guesses { get; }

    /// <summary>V, that of the model.</summary>
    public int Vocabulary { get; }

    /// <exception cref="ModelInvalidException">The file is missing or damaged, or has other inputs and outputs.</exception>
    public static MedusaHeads Load(string path)
    {
        var session = OnnxFile.Open(path, ExecutionProvider.Cpu);
        if (session.InputMetadata.TryGetValue(DecoderNames.Hidden, out var hidden) && hidden.ElementDataType == TensorElementType.Float
            && hidden.Dimensions is [1, > 0] && session.OutputMetadata.TryGetValue(DecoderNames.Logits, out var logits)
            && logits.ElementDataType == TensorElementType.Float && logits.Dimensions is [> 0, > 0]
            && Guessed(session.ModelMetadata.CustomMetadataMap, logits.Dimensions[1]) is var (vocabulary, tokens))
        {
            return new(session, hidden.Dimensions[1], logits.Dimensions[0], logits.Dimensions[1], vocabulary, tokens);
        }

        session.Dispose();
        throw new ModelInvalidException($"'{Path.GetFileName(path)}' holds no Medusa heads: they read float 'hidden' [1,D] and give float 'logits' [heads,S], of S tokens that the metadata name or of all. Export them again.");
    }

    /// <summary>The token that stands at a place of a head's logits.</summary>
    public int Token(int guess) => _tokens?[guess] ?? guess;

    /// <param name="hidden">[D]</param>
    /// <param name="logits">Receives [heads, S].</param>
    public void Run(float[] hidden, float[] logits)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(hidden, [1, Width]);
        using var output = OrtValue.CreateTensorValueFromMemory(logits, [Count, Guesses]);
        _session.Run(_options, [DecoderNames.Hidden], [input], [DecoderNames.Logits], [output]);
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    /// <summary>The vocabulary and the tokens that are guessed, null for all of them; nothing when the two do not fit together.</summary>
    private static (int Vocabulary, int[]? Tokens)? Guessed(IReadOnlyDictionary<string, string> metadata, int guesses)
    {
        if (!metadata.TryGetValue(DecoderNames.Tokens, out var list))
        {
            return (guesses, null);
        }

        try
        {
            return metadata.TryGetValue(DecoderNames.Vocabulary, out var size) && int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var vocabulary)
                && JsonSerializer.Deserialize<int[]>(list) is { } tokens && tokens.Length == guesses && tokens.All(token => token >= 0 && token < vocabulary)
                ? (vocabulary, tokens)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
