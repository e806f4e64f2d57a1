using Understudy.Inference.Calibration;

namespace Understudy.Inference.Leads;

/// <summary>Turns what a language model says of tokens into probabilities of labels.</summary>
internal static class LabelProbabilities
{
    /// <summary>From log P(label | prompt), one a label: what the labels have of the probability is shared out among them.</summary>
    /// <exception cref="LeadAnswerInvalidException">There are not as many as labels, or one is no number.</exception>
    public static float[] FromLogLikelihoods(IReadOnlyList<double> logLikelihoods, int labels)
    {
        if (logLikelihoods.Count != labels || !logLikelihoods.Any(double.IsFinite) || logLikelihoods.Any(value => double.IsNaN(value) || value > 1e-6))
        {
            throw new LeadAnswerInvalidException($"It gave {logLikelihoods.Count} log-likelihoods for {labels} labels, or some that are no logarithms of probabilities.");
        }

        return Softmax.Tempered([.. logLikelihoods.Select(value => (float)value)], 1);
    }

    /// <summary>
    /// From the log-probabilities of an answer's own tokens and their alternatives: at each token that is part of the label, an alternative
    /// gives its share to the labels that it could have begun instead, and at the one after it to those that the label is the beginning of
    /// ("order", "order status"); what is left at the end is the label's own.
    /// </summary>
    /// <param name="chosen">The index of the label that was answered.</param>
    /// <param name="start">Where it begins in the answer's text.</param>
    /// <param name="tokens">The answer's, in order, with the most probable ones at their place.</param>
    public static float[] FromTokens(IReadOnlyList<string> labels, int chosen, int start, IReadOnlyList<AnswerToken> tokens)
    {
        var shares = new double[labels.Count];
        var (label, read, position, left) = (labels[chosen], 0, 0, 1.0);
        foreach (var token in tokens)
        {
            var before = Math.Max(0, start - position); // of the token's text, what stands before the label
            position += token.Text.Length;
            if (position <= start)
            {
                continue;
            }

            if (read > label.Length)
            {
                break;
            }

            var given = 0.0;
            foreach (var (text, logProbability) in token.Alternatives)
            {
                if (text != token.Text && text.Length > before && before <= token.Text.Length && text.AsSpan(0, before).SequenceEqual(token.Text.AsSpan(0, before))
                    && Share(labels, chosen, label[..read] + text[before..], left * Math.Exp(logProbability), shares))
                {
                    given += Math.Exp(logProbability);
                }
            }

            if (read == label.Length)
            {
                left *= Math.Max(0, 1 - given); // however the answer ends
                break;
            }

            left *= Math.Exp(token.LogProbability);
            read += token.Text.Length - before;
        }

        shares[chosen] += left;
        var total = shares.Sum();
        return double.IsFinite(total) && total > 0
            ? [.. shares.Select(share => (float)(share / total))]
            : throw new LeadAnswerInvalidException("The log-probabilities of its answer are no numbers.");
    }

    /// <returns>Whether another label can begin so.</returns>
    private static bool Share(IReadOnlyList<string> labels, int chosen, string beginning, double share, double[] shares)
    {
        var end = beginning.AsSpan().IndexOfAny("\"\n"); // a token may close the answer
        var whole = end >= 0 ? beginning[..end] : beginning;
        var fitting = Enumerable.Range(0, labels.Count)
            .Where(i => i != chosen && (end >= 0 ? labels[i].Equals(whole, StringComparison.OrdinalIgnoreCase) : labels[i].StartsWith(whole, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        fitting.ForEach(i => shares[i] += share / fitting.Count);
        return fitting.Count > 0;
    }
}
