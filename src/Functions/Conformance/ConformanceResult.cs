namespace Understudy.Functions.Conformance;

/// <summary>How a test ended.</summary>
/// <param name="Outcome"><see cref="Passed"/>, <see cref="Failed"/> or <see cref="Skipped"/>.</param>
/// <param name="Message">Why it failed or was skipped.</param>
public sealed record ConformanceResult(string Outcome, string? Message = null)
{
    public const string Passed = "passed", Failed = "failed", Skipped = "skipped";
}
