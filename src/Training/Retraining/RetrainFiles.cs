namespace Understudy.Training.Retraining;

/// <summary>What a retraining reads and writes.</summary>
/// <param name="Release">The folder of the release that serves now.</param>
/// <param name="Lessons">A JSONL file of lessons to learn from: <see cref="Understudy.Inference.Datasets.DatasetRecord"/>s with the lead's answers.</param>
/// <param name="Calibration">A JSONL file of lessons that thresholds are chosen on; none of them is learned from.</param>
/// <param name="Output">An empty folder for the files that change.</param>
public sealed record RetrainFiles(string Release, string Lessons, string Calibration, string Output);
