using Understudy.Training.Encoders;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Onnx;

/// <summary>An encoder as a release had it.</summary>
/// <param name="Model">Its weights.</param>
/// <param name="Precision">How they were stored.</param>
internal sealed record ImportedEncoder(TextEncoder Model, EncoderPrecision Precision)
{
    /// <summary>The head on each token; null for an encoder without one.</summary>
    public MixedLinear? Tags { get; init; }
}
