namespace Understudy.Workflows.Retraining;

/// <summary>Every trainer that a retraining set to work was lost: the process or the job ended without a word, or its heartbeat stopped.</summary>
/// <param name="trainers">How many.</param>
/// <param name="over">In what time.</param>
public sealed class TrainerLostException(int trainers, TimeSpan over) : Exception(FormattableString.Invariant(
    $"The trainer was lost {trainers} times in {over.TotalMinutes:0.#} minutes: its process ends while it trains, or is ended. Look at its log, and at its memory (fewer lessons: Retraining:MostLessons)."));
