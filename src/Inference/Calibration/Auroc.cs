namespace Understudy.Inference.Calibration;

/// <summary>
/// Area under the ROC curve of a score for being right: the share of (right, wrong) pairs that the score orders rightly, ties counting
/// half. Probabilities that saturate at 1 tie. Thread-safe.
/// </summary>
public static class Auroc
{
    /// <summary>In [0, 1]; 0.5 says nothing, and is returned when all are right or all are wrong.</summary>
    /// <exception cref="ArgumentException">The lengths differ or a score is not a number.</exception>
    public static double Compute(ReadOnlySpan<double> scores, ReadOnlySpan<bool> correct)
    {
        if (scores.Length != correct.Length)
        {
            throw new ArgumentException($"There are {scores.Length} scores for {correct.Length} outcomes; one each is needed.");
        }

        var sorted = scores.ToArray();
        var outcome = correct.ToArray();
        if (sorted.Any(double.IsNaN))
        {
            throw new ArgumentException("A score is not a number, so it has no rank. Check the model's logits.");
        }

        Array.Sort(sorted, outcome);
        long right = 0, wrong = 0;
        var won = 0.0;
        for (var start = 0; start < sorted.Length;)
        {
            long rightHere = 0, wrongHere = 0;
            var at = sorted[start];
            for (; start < sorted.Length && sorted[start] == at; start++)
            {
                rightHere += outcome[start] ? 1 : 0;
                wrongHere += outcome[start] ? 0 : 1;
            }

            won += rightHere * (wrong + (wrongHere / 2.0));
            right += rightHere;
            wrong += wrongHere;
        }

        return right == 0 || wrong == 0 ? 0.5 : won / ((double)right * wrong);
    }
}
