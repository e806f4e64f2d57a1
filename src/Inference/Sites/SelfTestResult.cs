namespace Understudy.Inference.Sites;

/// <summary>What came of the samples on the machine that is to serve.</summary>
/// <param name="Samples">How many there were.</param>
/// <param name="Agreement">The share of (sample, student) whose label or text is the one that came with the package.</param>
/// <param name="LargestDifference">Of a probability; processors round int8 differently, and that shows here.</param>
public sealed record SelfTestResult(int Samples, double Agreement, double LargestDifference);
