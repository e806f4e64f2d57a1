namespace Understudy.Training;

/// <summary>Training went to infinity or to nothing; the message says in which model and what to change.</summary>
public sealed class TrainingDivergedException(string message) : Exception(message);
