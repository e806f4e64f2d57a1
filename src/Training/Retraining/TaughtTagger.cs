using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;

namespace Understudy.Training.Retraining;

/// <summary>A tagger after its retraining, as it would serve.</summary>
/// <param name="Tier">Its time is still the former one.</param>
/// <param name="Tagger">What its file says; null where it stays as it is.</param>
/// <param name="Writer">It as a tier; the serving one where it stays as it is.</param>
/// <param name="Account">What became of it, in words.</param>
internal sealed record TaughtTagger(TierManifest Tier, CallTagger? Tagger, ITextWriter Writer, string Account) : IDisposable
{
    public void Dispose() => Tagger?.Dispose();
}
