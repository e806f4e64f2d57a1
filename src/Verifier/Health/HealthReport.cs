namespace Understudy.Verifier.Health;

/// <summary>What a probe found.</summary>
internal sealed record HealthReport(string Status, IReadOnlyCollection<string> Problems);
