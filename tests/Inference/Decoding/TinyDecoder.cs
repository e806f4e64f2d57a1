using Understudy.Inference.Decoding;
using Understudy.Training.Onnx;

namespace Understudy.Inference.Tests.Decoding;

/// <summary>Small random decoders in files of their own, deleted with the object.</summary>
internal sealed class TinyDecoder : IDisposable
{
    public static readonly DecoderShape Small = new(Vocabulary: 48, Width: 32, Layers: 2, Heads: 4, KvHeads: 2, HeadDim: 16, FeedForward: 64, MaxTokens: 640);

    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");

    public TinyDecoder(
        int seed = 1, DecoderPrecision precision = DecoderPrecision.Float32, DecoderFamily family = DecoderFamily.Understudy, float spread = 3, DecoderShape? shape = null)
    {
        Weights = DecoderWeights.Random(shape ?? Small, seed, spread);
        DecoderExport.Save(Weights, precision, _file, family);
        Model = DecoderModel.Load(_file);
    }

    public DecoderWeights Weights { get; }

    public DecoderModel Model { get; }

    /// <summary>Seeded tokens.</summary>
    public static int[] Tokens(int count, int seed = 5, int vocabulary = 48)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(vocabulary))];
    }

    public void Dispose()
    {
        Model.Dispose();
        File.Delete(_file);
    }
}
