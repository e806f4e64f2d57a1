namespace Understudy.Training.Studies;

/// <summary>A study cannot be run as asked; the message says why and what to do.</summary>
public sealed class StudyInvalidException(string message) : Exception(message);
