using Understudy.Inference.Datasets;

namespace Understudy.Training.Corpora;

/// <summary>A labelled corpus in three parts that share no text.</summary>
/// <param name="Train">What models learn from.</param>
/// <param name="Calibration">What thresholds are chosen on; no model sees it.</param>
/// <param name="Test">What results are reported on; nothing is chosen on it.</param>
public sealed record CorpusSplits(IReadOnlyList<DatasetRecord> Train, IReadOnlyList<DatasetRecord> Calibration, IReadOnlyList<DatasetRecord> Test);
