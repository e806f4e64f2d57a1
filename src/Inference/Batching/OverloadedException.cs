namespace Understudy.Inference.Batching;

/// <summary>More texts wait for a model than are allowed. The caller may try again later.</summary>
public sealed class OverloadedException(string model, int limit)
    : Exception($"More than {limit} texts wait for model '{model}'. Try again later, or send fewer at a time.");
