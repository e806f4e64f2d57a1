namespace Understudy.Workflows.Blobs;

/// <summary>A payload on its way through a workflow's history: the value itself, or the blob in <c>work</c> that holds it.</summary>
/// <param name="Value">The value, when it is small.</param>
/// <param name="Blob">The blob's name, when it is not.</param>
public sealed record Claim<T>(T? Value, string? Blob = null)
    where T : class;
