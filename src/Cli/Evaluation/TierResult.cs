namespace Understudy.Cli.Evaluation;

/// <summary>What one tier did in an evaluation.</summary>
/// <param name="Name">The tier's name.</param>
/// <param name="Share">Share of the records that it answered.</param>
/// <param name="Accuracy">On those; <see langword="null"/> when it answered none.</param>
/// <param name="MsPerItem">Model milliseconds for each record that it was asked about.</param>
/// <param name="Bytes">Size of its model file.</param>
internal sealed record TierResult(string Name, double Share, double? Accuracy, double MsPerItem, long Bytes);
