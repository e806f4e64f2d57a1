namespace Understudy.Inference.Speculation;

/// <summary>What goes ahead of a lead that writes, as a manifest says it: <c>all</c> that is there, <c>none</c>, or names of <see cref="Understudies.Names"/> with <c>+</c> between them.</summary>
public static class SpeculationNames
{
    public const string All = "all", None = "none";

    private const char And = '+';

    /// <exception cref="ArgumentException">A name is not known; the message says which are.</exception>
    public static IReadOnlyList<string> Read(string speculation, IReadOnlyList<string> available)
    {
        if (speculation is All or None)
        {
            return speculation == All ? available : [];
        }

        var names = speculation.Split(And);
        return names.Distinct().Count() == names.Length && !names.Except(Understudies.Names).Any()
            ? [.. names.Where(available.Contains)]
            : throw new ArgumentException($"speculation is '{speculation}'; use '{All}', '{None}', or some of {string.Join(", ", Understudies.Names)}, once each, with '{And}' between them.");
    }
}
