namespace Understudy.Training.Distillation;

/// <summary>ROUGE-L (Lin, 2004): how much of two texts is one sequence of words that both have, in order.</summary>
internal static class RougeL
{
    /// <summary>The harmonic mean of the longest common subsequence's share of either; 1 for the same words.</summary>
    public static double Of(ReadOnlySpan<string> first, ReadOnlySpan<string> second)
    {
        if (first.IsEmpty || second.IsEmpty)
        {
            return 0;
        }

        Span<int> row = stackalloc int[second.Length + 1];
        row.Clear();
        foreach (var word in first)
        {
            var diagonal = 0;
            for (var column = 1; column <= second.Length; column++)
            {
                var above = row[column];
                row[column] = word == second[column - 1] ? diagonal + 1 : Math.Max(above, row[column - 1]);
                diagonal = above;
            }
        }

        return 2.0 * row[second.Length] / (first.Length + second.Length);
    }

    public static string[] Words(string text) => text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
