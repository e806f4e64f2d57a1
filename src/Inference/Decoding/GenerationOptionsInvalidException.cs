namespace Understudy.Inference.Decoding;

/// <summary>Options of a generation are out of their limits.</summary>
public sealed class GenerationOptionsInvalidException(IReadOnlyList<string> problems) : Exception(string.Join("; ", problems) + ".")
{
    /// <summary>Each with its option's name.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
