using Microsoft.ML.OnnxRuntime;
using Understudy.Inference.Classification;

namespace Understudy.Inference.Decoding;

/// <summary>
/// A decoder-only language model in ONNX, of one of two families: graphs of our own trainer (grouped-query attention over a shared cache;
/// trees can be scored), and those that the Hugging Face tools export (<c>input_ids</c>, <c>attention_mask</c>, <c>position_ids</c>,
/// <c>past_key_values.N.key|value</c>). Thread-safe: any number of sessions may run at once.
/// </summary>
public sealed class DecoderModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly HuggingFaceSignature? _huggingFace;
    private readonly Lock _measuring = new();
    private PassNoise? _noise;

    private DecoderModel(InferenceSession session, DecoderShape shape, HuggingFaceSignature? huggingFace) => (_session, Shape, _huggingFace) = (session, shape, huggingFace);

    /// <summary>Of a Hugging Face export only what its inputs and outputs tell; Width and FeedForward are 0 there.</summary>
    public DecoderShape Shape { get; }

    /// <summary>V; tokens are 0 … V − 1.</summary>
    public int Vocabulary => Shape.Vocabulary;

    /// <summary>The longest sequence, prompt and output together.</summary>
    public int MaxTokens => Shape.MaxTokens;

    /// <summary>Whether several continuations can be scored in one forward; otherwise only chains can.</summary>
    public bool SupportsTrees => _huggingFace is null;

    /// <summary>What <see cref="Noise"/> is; null until it is measured.</summary>
    internal PassNoise? KnownNoise
    {
        get
        {
            lock (_measuring)
            {
                return _noise;
            }
        }
    }

    /// <summary>How much a token's logits depend on what is run beside it. Measured when first asked for.</summary>
    internal PassNoise Noise
    {
        get
        {
            lock (_measuring)
            {
                return _noise ??= PassNoise.Measure(this);
            }
        }
    }

    /// <summary>Opens an ONNX file.</summary>
    /// <exception cref="ModelInvalidException">It is missing, damaged, or no decoder of either family; the message says what does not fit.</exception>
    public static DecoderModel Load(string path, DecoderOptions? options = null)
    {
        options ??= new();
        var session = OnnxFile.Open(path, options.Provider);
        try
        {
            if (session.ModelMetadata.CustomMetadataMap.ContainsKey(DecoderNames.Family))
            {
                return new(session, GroupedQuerySignature.Read(session, Path.GetFileName(path), options.MaxTokens), null);
            }

            var signature = HuggingFaceSignature.Read(session, path);
            return new(session, signature.Shape(options.MaxTokens, Path.GetFileName(path)), signature);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>A new, empty sequence with a cache of its own.</summary>
    /// <param name="tokens">Tokens that the tokenizer has: the logits of an export may be padded, and those behind them are −∞. Null for all of them.</param>
    public DecoderSession NewSession(int? tokens = null) =>
        new(this, _huggingFace is null ? new GroupedQuerySequence(_session, Shape) : new HuggingFaceSequence(_session, Shape, _huggingFace), tokens ?? Vocabulary);

    /// <summary>
    /// Measures how passes over several tokens round, in some hundred passes. Greedy outputs that are verified go by it, and the first of them measures it where
    /// nobody has; how much of an earlier output another goes on behind depends on it, too, and until it is measured that is none.
    /// </summary>
    public void Measure() => _ = Noise;

    public void Dispose() => _session.Dispose();
}
