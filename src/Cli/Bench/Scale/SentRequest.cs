namespace Understudy.Cli.Bench.Scale;

/// <summary>A request that was really sent.</summary>
/// <param name="Text">Which of the texts.</param>
/// <param name="At">When, in milliseconds.</param>
/// <param name="Milliseconds">Until its answer.</param>
internal readonly record struct SentRequest(int Text, double At, double Milliseconds);
