namespace Understudy.Cli.Bench;

/// <summary>Parts for cross-validation.</summary>
internal static class Folds
{
    public const int Count = 5;

    /// <summary>A part for every record, drawn at random; records of one key fall into one part.</summary>
    public static int[] Of<TKey>(IReadOnlyList<TKey> keys, int seed)
        where TKey : notnull
    {
        var distinct = keys.Distinct().ToArray();
        new Random(seed).Shuffle(distinct);
        var folds = distinct.Select((key, index) => (key, index)).ToDictionary(p => p.key, p => p.index % Count);
        return [.. keys.Select(key => folds[key])];
    }
}
