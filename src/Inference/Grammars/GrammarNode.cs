namespace Understudy.Inference.Grammars;

/// <summary>A kind of JSON value that a schema allows. Immutable.</summary>
internal abstract class GrammarNode
{
    /// <summary>The shortest text of such a value.</summary>
    public abstract byte[] Shortest { get; }

    /// <summary>A place before such a value.</summary>
    /// <param name="parent">The place after it.</param>
    public abstract GrammarFrame Enter(GrammarFrame parent);
}
