namespace Understudy.Cli.Demo;

/// <summary>How well answers meet the truth.</summary>
internal static class LabelScores
{
    /// <summary>The share that is right; 0 when there are none.</summary>
    public static double Accuracy(IReadOnlyCollection<(string Truth, string Answer)> pairs) =>
        pairs.Count == 0 ? 0 : (double)pairs.Count(pair => pair.Truth == pair.Answer) / pairs.Count;

    /// <summary>The mean over the labels that occur of 2·TP / (2·TP + FP + FN).</summary>
    public static double MacroF1(IReadOnlyCollection<(string Truth, string Answer)> pairs) =>
        pairs.SelectMany(pair => new[] { pair.Truth, pair.Answer })
            .Distinct()
            .Select(label => F1(pairs, label))
            .DefaultIfEmpty(0)
            .Average();

    private static double F1(IReadOnlyCollection<(string Truth, string Answer)> pairs, string label)
    {
        var right = pairs.Count(pair => pair.Truth == label && pair.Answer == label);
        var wrong = pairs.Count(pair => (pair.Truth == label) != (pair.Answer == label));
        return (2.0 * right) / ((2 * right) + wrong);
    }
}
