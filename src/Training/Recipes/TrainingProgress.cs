namespace Understudy.Training.Recipes;

/// <summary>How far a training run is.</summary>
/// <param name="Step">What is being done.</param>
/// <param name="Fraction">0 to 1, of that step.</param>
/// <param name="Message">What was reached, in words; empty between reports.</param>
public sealed record TrainingProgress(string Step, double Fraction, string Message);
