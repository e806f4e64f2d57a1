namespace Understudy.Inference.Tokenization;

/// <summary>A tokenizer file cannot be used; the message names the part, what is wrong with it and what to do.</summary>
public sealed class TokenizerInvalidException(string message, Exception? inner = null) : Exception(message, inner);
