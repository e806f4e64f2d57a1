namespace Understudy.Workflows.Retraining;

/// <summary>Whoever a retraining set to work was lost: its process ended without a word, its heartbeat stopped, or it never began.</summary>
public sealed class TrainerLostException : Exception
{
    private TrainerLostException(string message)
        : base(message)
    {
    }

    /// <param name="trainers">How many were lost.</param>
    /// <param name="over">In what time.</param>
    internal static TrainerLostException InTheMiddle(int trainers, TimeSpan over) => new(FormattableString.Invariant(
        $"The trainer was lost {trainers} times in {over.TotalMinutes:0.#} minutes: its process ends while it trains, or is ended. Look at its log, and at its memory (Retraining:MostLessons sets how many lessons it reads)."));

    /// <param name="trainers">How many never said a word.</param>
    /// <param name="over">In what time.</param>
    internal static TrainerLostException Silent(int trainers, TimeSpan over) => new(FormattableString.Invariant(
        $"A trainer was asked for {trainers} times in {over.TotalMinutes:0.#} minutes, and none began. Look whether its job starts: whether its image can be pulled, and whether it reaches the storage."));
}
