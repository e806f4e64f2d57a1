namespace Understudy.Inference.PromptCompression;

/// <summary>Options of a compression are out of their limits.</summary>
public sealed class CompressionOptionsInvalidException(IReadOnlyList<string> problems) : Exception(string.Join("; ", problems) + ".")
{
    /// <summary>Each with its option's name.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
