namespace Understudy.Inference.Receipts;

/// <summary>What one stage of the pipeline did with an input.</summary>
/// <param name="Name"><c>compress</c>, <c>cascade</c>, <c>verify</c> or <c>stack</c>.</param>
/// <param name="Outcome">A word: <c>passed</c> (nothing to do), <c>answered</c>, <c>deferred</c>, <c>failed</c>, …</param>
/// <param name="Reason">Why, in plain words; <see langword="null"/> where the outcome says it all.</param>
/// <param name="Milliseconds">This input's share of the time the stage took.</param>
public sealed record ReceiptStage(string Name, string Outcome, string? Reason, double Milliseconds);
