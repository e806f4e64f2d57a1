namespace Understudy.Cli.Bench.Frugal;

/// <summary>A student that passes on to a published model what it is less sure of than a threshold.</summary>
/// <param name="Threshold">It answers at this confidence or above.</param>
/// <param name="Deferred">Share passed on.</param>
/// <param name="StudentAccuracy">Of what it answers; 1 for nothing.</param>
/// <param name="AccuracyAtLeast">Of both, if all of the published model's errors fell among what is passed on: it cannot be less.</param>
/// <param name="AccuracyIfAlike">Of both, if it were right as often on what is passed on as on everything: an assumption that flatters, because the hard ones are passed on.</param>
/// <param name="Dollars">A question.</param>
internal sealed record CascadePoint(double Threshold, double Deferred, double StudentAccuracy, double AccuracyAtLeast, double AccuracyIfAlike, double Dollars);
