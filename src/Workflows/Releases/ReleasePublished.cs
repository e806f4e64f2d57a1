namespace Understudy.Workflows.Releases;

/// <summary>The data of an <c>Understudy.ReleasePublished</c> event: the task's stable channel has moved.</summary>
/// <param name="Task">The task.</param>
/// <param name="Version">The release that serves now.</param>
/// <param name="Sequence">The number of the channel's pointer.</param>
public sealed record ReleasePublished(string Task, string Version, long Sequence);
