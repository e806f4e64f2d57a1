namespace Understudy.Api.Health;

/// <summary>What a probe found.</summary>
/// <param name="Status">Whether the host can be asked.</param>
/// <param name="Problems">What keeps it from that, and the tasks that cannot be asked while others can.</param>
public sealed record HealthReport(string Status, IReadOnlyList<string> Problems);
