namespace Understudy.Cli.Evaluation;

/// <summary>The mean of F1 over the labels that occur as an answer or as the truth: rare labels count as much as frequent ones.</summary>
internal static class MacroF1
{
    /// <summary>In [0, 1]; 0 for no examples.</summary>
    /// <param name="truths">Gold labels.</param>
    /// <param name="answers">What was answered, in the same order.</param>
    public static double Compute(IReadOnlyList<string> truths, IReadOnlyList<string> answers)
    {
        Dictionary<string, (int Right, int Total)> labels = [];
        for (var i = 0; i < truths.Count; i++)
        {
            Count(truths[i], truths[i] == answers[i]);
            Count(answers[i], truths[i] == answers[i]);
        }

        // Each hit is counted once as truth and once as answer, so F1 = 2·hits / (truths + answers) is the share of counts that are hits.
        return labels.Count == 0 ? 0 : labels.Values.Average(l => (double)l.Right / l.Total);

        void Count(string label, bool right)
        {
            var (hits, total) = labels.GetValueOrDefault(label);
            labels[label] = (hits + (right ? 1 : 0), total + 1);
        }
    }
}
