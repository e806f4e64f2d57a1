namespace Understudy.Cli.Calibration;

/// <summary>One line of a release's <c>calibration.jsonl</c>: what every tier said about a held-out example.</summary>
/// <param name="Id">The example's.</param>
/// <param name="Label">The gold label's index.</param>
/// <param name="Logits">By tier name, [labels].</param>
internal sealed record CalibrationRecord(string? Id, int Label, IReadOnlyDictionary<string, float[]> Logits);
