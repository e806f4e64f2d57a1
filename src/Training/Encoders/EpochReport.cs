namespace Understudy.Training.Encoders;

/// <summary>How an epoch went.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">In all.</param>
/// <param name="Loss">Mean training loss.</param>
/// <param name="Accuracy">Accuracy on held-out examples; NaN without any.</param>
/// <param name="Elapsed">Since training began.</param>
public sealed record EpochReport(int Epoch, int Epochs, double Loss, double Accuracy, TimeSpan Elapsed);
