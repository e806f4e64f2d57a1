namespace Understudy.Inference.Sites;

/// <summary>How a site makes itself known: written by its agent when it starts, and every day after.</summary>
/// <param name="Site">Its name.</param>
/// <param name="Tasks">The tasks that it takes; none or null for every task that it is sent.</param>
/// <param name="StartedAt">When it said so.</param>
public sealed record SitePresence(string Site, IReadOnlyList<string>? Tasks, DateTimeOffset StartedAt);
