using Understudy.Inference.Releases;

namespace Understudy.Api.Releases;

/// <summary>The releases of a task and what its channels point to.</summary>
public sealed record ReleaseList(string Task, string? Stable, string? Previous, string? Candidate, IReadOnlyList<ReleaseSummary> Releases);
