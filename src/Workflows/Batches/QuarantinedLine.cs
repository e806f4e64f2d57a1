namespace Understudy.Workflows.Batches;

/// <summary>One line of <c>quarantine/{task}/{name}.jsonl</c>: a line of the input that could not be used.</summary>
/// <param name="Line">Its number in the input, from 1.</param>
/// <param name="Reason">What is wrong and what to do.</param>
/// <param name="Raw">The line as it was; bytes that are no UTF-8 are replaced. Of one that nobody answers, its record's id and text.</param>
public sealed record QuarantinedLine(long Line, string Reason, string Raw);
