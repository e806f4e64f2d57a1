namespace Understudy.Inference.Decoding;

/// <summary>A token of an answer, with what the model thought of it: what a student can learn from where there are no probabilities of labels.</summary>
/// <param name="Token">As it is shown by itself.</param>
/// <param name="Logprob">Its natural log-probability under the model as it is.</param>
/// <param name="Top">The most probable tokens at its place with theirs, itself among them if it is one; of two that look alike the more probable.</param>
public sealed record TokenChance(string Token, double Logprob, IReadOnlyDictionary<string, double> Top)
{
    /// <summary>More digits are noise, and more to store.</summary>
    private const int Digits = 4;

    /// <summary>JSON has no −∞; OpenAI writes this for what is next to impossible.</summary>
    private const double Least = -9999;

    /// <param name="token">As it is shown by itself.</param>
    /// <param name="logprob">Its log-probability.</param>
    /// <param name="top">Best first.</param>
    /// <param name="count">How many of them are wanted.</param>
    public static TokenChance Of(string token, double logprob, IEnumerable<(string Token, double Logprob)> top, int count)
    {
        var best = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (text, chance) in top.Take(count))
        {
            best.TryAdd(text, Finite(chance));
        }

        return new(token, Finite(logprob), best);
    }

    private static double Finite(double logprob) => Math.Round(Math.Max(logprob, Least), Digits);
}
