namespace Understudy.Inference.Speculation;

/// <summary>A token tree that came from outside cannot be verified; the message says which node and what is wrong with it.</summary>
public sealed class TokenTreeInvalidException(string message) : Exception(message);
