namespace Understudy.Api.Health;

/// <summary>What a probe found.</summary>
public sealed record HealthReport(string Status, IReadOnlyList<string> Problems);
