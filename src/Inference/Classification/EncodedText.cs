namespace Understudy.Inference.Classification;

/// <summary>Where a text's tokens stand in the scratch memory, and which text it was.</summary>
internal readonly record struct EncodedText(int Index, int Start, int Length);
