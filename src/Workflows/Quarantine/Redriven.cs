namespace Understudy.Workflows.Quarantine;

/// <summary>A quarantined blob was put back.</summary>
/// <param name="At">When.</param>
/// <param name="Operation">The run that took it.</param>
public sealed record Redriven(DateTimeOffset At, string Operation);
