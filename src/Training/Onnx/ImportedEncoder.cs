using Understudy.Training.Encoders;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Onnx;

/// <summary>An encoder as a release had it.</summary>
/// <param name="Model">Its weights.</param>
/// <param name="Precision">How they were stored.</param>
/// <param name="Tags">The head on each token; null for an encoder without one.</param>
internal sealed record ImportedEncoder(TextEncoder Model, EncoderPrecision Precision, MixedLinear? Tags);
