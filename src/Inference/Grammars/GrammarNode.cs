namespace Understudy.Inference.Grammars;

/// <summary>A kind of JSON value that a schema allows. Immutable.</summary>
internal abstract class GrammarNode
{
    /// <summary>The shortest text of such a value.</summary>
    public abstract byte[] Shortest { get; }

    /// <summary>Its bytes, counted without making it.</summary>
    public virtual long ShortestLength => Shortest.Length;

    /// <summary>Bytes that complete such a value from any place in it, at most.</summary>
    public abstract int MostRest { get; }

    /// <summary>The same for one input, which <paramref name="extract"/> stands for; most kinds do not depend on it.</summary>
    public virtual GrammarNode With(ExtractNode extract) => this;

    /// <summary>A place before such a value.</summary>
    /// <param name="parent">The place after it.</param>
    public abstract GrammarFrame Enter(GrammarFrame parent);
}
