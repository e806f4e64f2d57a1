namespace Understudy.Inference.Grammars;

/// <param name="Key">The name as JSON, in quotes.</param>
/// <param name="Value">What stands there.</param>
/// <param name="Required">It must be there.</param>
internal sealed record ObjectProperty(byte[] Key, GrammarNode Value, bool Required);
