namespace Understudy.Inference.Evaluation;

/// <summary>How well answers meet the truth, over examples with one label each.</summary>
public static class ClassificationScores
{
    /// <summary>The share that is right, in [0, 1]; 0 for no examples.</summary>
    /// <param name="truths">Gold labels, by name or index.</param>
    /// <param name="answers">What was answered, in the same order.</param>
    /// <exception cref="ArgumentException">There are not as many answers as truths.</exception>
    public static double Accuracy<T>(IReadOnlyList<T> truths, IReadOnlyList<T> answers)
        where T : notnull
    {
        Require(truths.Count, answers.Count);
        return truths.Count == 0 ? 0 : truths.Zip(answers, (truth, answer) => truth.Equals(answer) ? 1.0 : 0.0).Average();
    }

    /// <summary>
    /// The mean, over the labels that occur as an answer or as the truth, of F1 = 2·TP / (2·TP + FP + FN), in [0, 1]: rare labels count as
    /// much as frequent ones; 0 for no examples.
    /// </summary>
    /// <param name="truths">Gold labels, by name or index.</param>
    /// <param name="answers">What was answered, in the same order.</param>
    /// <exception cref="ArgumentException">There are not as many answers as truths.</exception>
    public static double MacroF1<T>(IReadOnlyList<T> truths, IReadOnlyList<T> answers)
        where T : notnull
    {
        Require(truths.Count, answers.Count);
        Dictionary<T, (int Hits, int Total)> labels = [];
        for (var i = 0; i < truths.Count; i++)
        {
            var hit = truths[i].Equals(answers[i]) ? 1 : 0;
            Count(truths[i], hit);
            Count(answers[i], hit);
        }

        // Each hit is counted once as truth and once as answer: the share of a label's counts that are hits is its F1.
        return labels.Count == 0 ? 0 : labels.Values.Average(label => (double)label.Hits / label.Total);

        void Count(T label, int hit)
        {
            var (hits, total) = labels.GetValueOrDefault(label);
            labels[label] = (hits + hit, total + 1);
        }
    }

    private static void Require(int truths, int answers)
    {
        if (truths != answers)
        {
            throw new ArgumentException($"There are {answers} answers to {truths} examples; give one for each.", nameof(answers));
        }
    }
}
