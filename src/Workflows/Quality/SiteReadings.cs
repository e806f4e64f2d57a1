namespace Understudy.Workflows.Quality;

/// <summary>What sites had last counted of a task, and what that was more than before, by the hour; in <c>quality/{task}/sites.json</c>.</summary>
/// <param name="At">When they were last looked at.</param>
/// <param name="Sites">By site.</param>
/// <param name="Hours">Of the last 30 days.</param>
internal sealed record SiteReadings(DateTimeOffset At, IReadOnlyDictionary<string, SiteReading> Sites, IReadOnlyList<QualityBucket> Hours);
