using Understudy.Inference.Speculation;
using Understudy.Inference.Tests.Decoding;
using Understudy.Training.Onnx;

namespace Understudy.Inference.Tests.Speculation;

/// <summary>Untrained heads on a tiny decoder's own output head: they guess badly, which verification must survive.</summary>
internal sealed class TinyMedusa : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");

    public TinyMedusa(TinyDecoder decoder)
    {
        var (width, random) = (decoder.Model.Shape.Width, new Random(2));
        float[] Noise(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        Weights = new(width, decoder.Model.Vocabulary, [Noise(width * width), Noise(width * width)], [Noise(width), Noise(width)], decoder.Weights.Head);
        MedusaExport.Save(Weights, DecoderPrecision.Float32, _file);
        Heads = MedusaHeads.Load(_file);
    }

    public MedusaWeights Weights { get; }

    public MedusaHeads Heads { get; }

    public void Dispose()
    {
        Heads.Dispose();
        File.Delete(_file);
    }
}
