namespace Understudy.Workflows.Rollouts;

/// <summary>A site whose folder points to the package.</summary>
/// <param name="Sequence">Of the pointer.</param>
internal sealed record OfferedSite(string Site, long Sequence);
