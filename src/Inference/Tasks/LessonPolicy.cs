namespace Understudy.Inference.Tasks;

/// <summary>What becomes of the lead's answers to a task, which students learn from.</summary>
/// <param name="Keep">Whether they are stored. A caller can ask that one request is not.</param>
/// <param name="Redact">Whether addresses and long numbers are taken out before they are stored.</param>
/// <param name="RetentionDays">After so many days they are deleted; 1 to 3650.</param>
public sealed record LessonPolicy(bool Keep = true, bool Redact = false, int RetentionDays = 365);
