namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>A model's answer by majority of its samples, and how much they agree.</summary>
/// <param name="Answer">Canonical; <see langword="null"/> when no sample has one.</param>
/// <param name="Share">Of all samples, those that say it.</param>
/// <param name="Margin">That share less the share of the next best answer.</param>
/// <param name="Prompts">Of the ways of asking, those whose own majority says it.</param>
/// <param name="Dollars">For asking, per million of such questions.</param>
internal sealed record Opinion(string? Answer, double Share, double Margin, double Prompts, double Dollars)
{
    /// <param name="prompts">At least one.</param>
    /// <param name="samples">As many of each are read, the earliest.</param>
    /// <param name="questionTokens">Read once for each way of asking.</param>
    /// <param name="price">Of the model's tokens.</param>
    public static Opinion Of(IReadOnlyList<RecordedPrompt> prompts, int samples, double questionTokens, TokenPrice price)
    {
        Dictionary<string, int> votes = [];
        List<string?> majorities = [];
        var (total, dollars) = (0, 0.0);
        foreach (var prompt in prompts)
        {
            string?[] drawn = [.. prompt.Samples.Take(samples)];
            foreach (var answer in drawn.OfType<string>())
            {
                votes[answer] = votes.GetValueOrDefault(answer) + 1;
            }

            majorities.Add(Majority(drawn));
            total += drawn.Length;
            dollars += (price.Input * questionTokens) + (price.Output * prompt.AnswerTokens * Math.Max(1, drawn.Length));
        }

        if (votes.Count == 0)
        {
            return new(null, 0, 0, 0, dollars);
        }

        // Of equals the one that was said first.
        var ranked = votes.OrderByDescending(v => v.Value).ToArray();
        var (best, share) = (ranked[0].Key, (double)ranked[0].Value / total);
        return new(best, share, share - (ranked.Length > 1 ? (double)ranked[1].Value / total : 0), (double)majorities.Count(m => m == best) / prompts.Count, dollars);
    }

    /// <summary>What a logistic regression makes a probability of.</summary>
    /// <param name="before">The opinion of the model asked before; <see langword="null"/> for the first.</param>
    public double[] Features(Opinion? before) =>
        [Share, Margin, Prompts, Share >= 1 ? 1 : 0, Answer is not null && Answer == before?.Answer ? 1 : 0];

    private static string? Majority(string?[] answers) =>
        answers.OfType<string>().GroupBy(a => a).OrderByDescending(g => g.Count()).FirstOrDefault()?.Key;
}
