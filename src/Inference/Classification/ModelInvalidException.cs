namespace Understudy.Inference.Classification;

/// <summary>A model file cannot be used; the message says why and what to do.</summary>
public sealed class ModelInvalidException(string message, Exception? inner = null) : Exception(message, inner);
