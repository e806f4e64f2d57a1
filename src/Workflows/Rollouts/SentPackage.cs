namespace Understudy.Workflows.Rollouts;

/// <summary>A package that was sent to sites.</summary>
internal sealed record SentPackage(string Address, bool EndedWell);
