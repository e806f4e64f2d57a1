namespace Understudy.Workflows.Rollouts;

/// <summary>A site that refused a release, or took it back.</summary>
public sealed record FailedSite(string Site, string Reason);
