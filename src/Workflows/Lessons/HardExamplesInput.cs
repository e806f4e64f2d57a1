namespace Understudy.Workflows.Lessons;

/// <summary>What a site sent up.</summary>
/// <param name="Site">The site.</param>
/// <param name="Task">The task.</param>
/// <param name="Blob">In <c>edge-reports</c>.</param>
/// <param name="ETag">The version of it that is meant.</param>
/// <param name="Release">The version whose lead is asked, whatever is promoted meanwhile.</param>
/// <param name="Judged">The inputs that the lead has answered before.</param>
public sealed record HardExamplesInput(string Site, string Task, string Blob, string ETag, string Release, IReadOnlyList<string>? Judged = null);
