using Understudy.Inference.Releases;

namespace Understudy.Training.Recipes;

/// <summary>What a training run made.</summary>
/// <param name="ReleaseFolder">Where the release stands; null when the run ended before that step.</param>
/// <param name="Release">Its manifest.</param>
/// <param name="Plots">Pictures of the loss curves.</param>
public sealed record TrainingResult(string? ReleaseFolder, ReleaseManifest? Release, IReadOnlyList<string> Plots);
