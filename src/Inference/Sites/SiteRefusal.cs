namespace Understudy.Inference.Sites;

/// <summary>What a site was offered and does not serve.</summary>
/// <param name="Sequence">The pointer's number.</param>
/// <param name="Version">The release; null where the pointer names none that can be believed.</param>
/// <param name="Package">The package's address.</param>
/// <param name="Reason">What was wrong, for people.</param>
/// <param name="RolledBack">It served, and then failed too often.</param>
/// <param name="At">When.</param>
public sealed record SiteRefusal(long Sequence, string? Version, string? Package, string Reason, bool RolledBack, DateTimeOffset At);
