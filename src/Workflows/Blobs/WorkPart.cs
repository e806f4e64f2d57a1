namespace Understudy.Workflows.Blobs;

/// <summary>Lines of a blob that are to be joined with those of others.</summary>
/// <param name="Lines">The blob in <c>work</c>.</param>
/// <param name="Missing">The blob whose lines take the places of its empty ones, in order, an empty one none; null when it has none.</param>
internal sealed record WorkPart(string Lines, string? Missing = null);
