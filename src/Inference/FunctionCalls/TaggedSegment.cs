namespace Understudy.Inference.FunctionCalls;

/// <summary>Some words of a request.</summary>
/// <param name="Text">The words, parted by single spaces.</param>
/// <param name="Slot">The slot whose value they are; null for none.</param>
public sealed record TaggedSegment(string Text, string? Slot);
