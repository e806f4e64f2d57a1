namespace Understudy.Inference.Cascades;

/// <summary>One way to serve, as it would have served the calibration set; all lists have an entry for each example, in one order.</summary>
/// <param name="Losses">Whether it is wrong where the lead is right.</param>
/// <param name="Costs">What it takes; in any unit, the same for all candidates.</param>
/// <param name="Doubts">How likely a loss seems before one knows: one less the confidence of who answers, 0 where the lead does.</param>
public sealed record ServingCandidate(IReadOnlyList<bool> Losses, IReadOnlyList<double> Costs, IReadOnlyList<double> Doubts);
