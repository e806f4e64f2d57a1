namespace Understudy.Edge.Escalation;

/// <summary>An input that the cloud should see and has not.</summary>
/// <param name="Id">Unique.</param>
/// <param name="Task">Its task.</param>
/// <param name="Text">As the caller sent it.</param>
/// <param name="Label">What the site answered: a label, or a text.</param>
/// <param name="Confidence">How sure it was.</param>
/// <param name="Release">The release that answered.</param>
/// <param name="At">When.</param>
/// <param name="Redact">Whether addresses and long numbers are taken out before it is kept in the cloud: as its task says, and of an entry that does not say.</param>
/// <param name="Package">The address of the package that the release served in; null of an entry of an older agent, which counts nowhere.</param>
internal sealed record QueuedInput(
    string Id, string Task, string Text, string? Label, double Confidence, string Release, DateTimeOffset At, bool Redact = true, string? Package = null);
