namespace Understudy.Inference.Grammars;

/// <summary>A place inside a value; its parent is the place that comes after the value is complete. Compared by content.</summary>
internal abstract record GrammarFrame
{
    /// <summary>Null after the whole text only.</summary>
    public abstract GrammarFrame? Parent { get; init; }

    /// <summary>The value may be complete here, though more of it may follow (a number).</summary>
    public virtual bool CanEnd => false;

    /// <summary>The shortest rest of this value; the parents' not included.</summary>
    public abstract byte[] Rest { get; }

    /// <summary>The place after a byte, the parent when the value is complete with it; null when the byte cannot stand here.</summary>
    public abstract GrammarFrame? Step(byte next);

    /// <summary>Adds the bytes that can stand here, where they are few and known without trying; optional spaces are left out.</summary>
    /// <returns>False where they are not.</returns>
    public virtual bool TryList(List<byte> bytes) => false;

    /// <summary>Like <see cref="Step"/>, and a value that may end here does so when the byte belongs to what follows.</summary>
    public static GrammarFrame? Advance(GrammarFrame frame, byte next)
    {
        for (var at = frame; at is not null; at = at.Parent)
        {
            if (at.Step(next) is { } after)
            {
                return after;
            }

            if (!at.CanEnd)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The text may end here.</summary>
    public static bool IsComplete(GrammarFrame frame)
    {
        for (var at = frame; at is not null; at = at.Parent)
        {
            if (!at.CanEnd)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The shortest text from here to the end.</summary>
    public static byte[] Completion(GrammarFrame frame)
    {
        List<byte> bytes = [];
        for (var at = frame; at is not null; at = at.Parent)
        {
            bytes.AddRange(at.Rest);
        }

        return [.. bytes];
    }
}
