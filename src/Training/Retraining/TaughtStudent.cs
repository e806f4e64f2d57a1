using Understudy.Inference.Classification;
using Understudy.Inference.Releases;

namespace Understudy.Training.Retraining;

/// <summary>A student after its retraining, as it would serve.</summary>
/// <param name="Tier">Its temperature and time are still the former ones.</param>
/// <param name="Classifier">What its file says; null where it stays as it is.</param>
/// <param name="Account">What became of it, in words.</param>
internal sealed record TaughtStudent(TierManifest Tier, ITextClassifier? Classifier, string Account);
