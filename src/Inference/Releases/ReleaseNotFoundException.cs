namespace Understudy.Inference.Releases;

/// <summary>The task has no such release, or no channel points to one.</summary>
public sealed class ReleaseNotFoundException(string message) : Exception(message);
