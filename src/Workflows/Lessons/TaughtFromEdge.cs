namespace Understudy.Workflows.Lessons;

/// <summary>What became of one attempt to ask the lead about what a site sent.</summary>
/// <param name="Lessons">Written.</param>
/// <param name="Judged">The inputs that the lead answered in it.</param>
/// <param name="Left">The inputs that it did not answer; the blob stays as long as there are any.</param>
internal sealed record TaughtFromEdge(int Lessons, IReadOnlyList<string> Judged, int Left);
