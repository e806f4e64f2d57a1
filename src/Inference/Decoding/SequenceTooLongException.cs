namespace Understudy.Inference.Decoding;

/// <summary>A sequence does not fit a model's context.</summary>
/// <param name="tokens">Tokens it would have.</param>
/// <param name="limit">Tokens the model takes.</param>
public sealed class SequenceTooLongException(int tokens, int limit)
    : Exception($"The sequence would have {tokens:N0} tokens, and the model takes {limit:N0}. Shorten the prompt or ask for fewer tokens.");
