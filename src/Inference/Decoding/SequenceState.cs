namespace Understudy.Inference.Decoding;

/// <summary>One sequence inside a model of some family: runs tokens behind what is cached and keeps or forgets them. Not thread-safe.</summary>
internal abstract class SequenceState : IDisposable
{
    /// <summary>Tokens in the cache.</summary>
    public int Length { get; protected set; }

    /// <summary>Of the last run, [rows, V]; valid until the next.</summary>
    public abstract Span<float> Logits { get; }

    /// <summary>What the output head read, [rows, D]; empty where the graph does not give it.</summary>
    public abstract ReadOnlySpan<float> Hidden { get; }

    /// <summary>Runs tokens behind the cached ones, and caches them too.</summary>
    /// <param name="parents">Empty for a chain; else of each token the index of the one it follows, −1 for the last cached token.</param>
    /// <param name="rows">Logits of the last this many tokens are wanted.</param>
    public abstract void Run(ReadOnlySpan<int> tokens, ReadOnlySpan<int> parents, int rows);

    /// <summary>Forgets all but the first <paramref name="length"/> tokens.</summary>
    public abstract void Truncate(int length);

    /// <summary>Of the tokens from <paramref name="start"/> keeps these (ascending, relative to it), in this order.</summary>
    public abstract void Keep(int start, ReadOnlySpan<int> rows);

    public abstract void Dispose();
}
