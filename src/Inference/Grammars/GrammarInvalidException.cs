namespace Understudy.Inference.Grammars;

/// <summary>A schema cannot be made into a grammar, or nothing can satisfy it.</summary>
/// <param name="problems">Each with the place in the schema.</param>
public sealed class GrammarInvalidException(IReadOnlyList<string> problems) : Exception(string.Join("; ", problems) + ".")
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
