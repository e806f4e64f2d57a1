namespace Understudy.Workflows.Retraining;

/// <summary>What a trainer says of its work; its heartbeat, as a blob.</summary>
/// <param name="Status"><c>running</c>, <c>done</c>, <c>failed</c>, or <c>lost</c>: nobody works on it.</param>
/// <param name="Step">What it is at.</param>
/// <param name="Fraction">Of that step.</param>
/// <param name="Message">What it says of it; why it failed.</param>
/// <param name="At">When it said so.</param>
public sealed record TrainingState(string Status, string Step, double Fraction, string Message, DateTimeOffset At)
{
    public const string Running = "running", Done = "done", Failed = "failed", Lost = "lost";

    /// <summary>The step of one that has not begun: it waits for its turn, or for its job.</summary>
    public const string Wait = "wait";

    /// <summary>The event that a trainer may raise on the run when it is over; who cannot is looked at now and then.</summary>
    public const string OverEvent = "training-over";
}
