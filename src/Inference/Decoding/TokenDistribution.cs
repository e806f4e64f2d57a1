using System.Numerics.Tensors;
using Understudy.Inference.Grammars;

namespace Understudy.Inference.Decoding;

/// <summary>
/// From logits to the distribution that the next token is drawn from, as <see cref="SamplingOptions"/> say. Drafts and targets go through
/// the same steps. Keeps its working memory; not thread-safe.
/// </summary>
internal sealed class TokenDistribution
{
    /// <summary>Under it, as with 0, top-p leaves the most probable token alone.</summary>
    private const double LeastShare = 1e-6;

    private readonly SamplingOptions _options;
    private readonly float[] _logits;
    private float[] _sorted = [];
    private bool _prepared;

    public TokenDistribution(SamplingOptions options, int vocabulary)
    {
        (_options, _logits) = (options, new float[vocabulary]);
    }

    /// <summary>The most probable allowed token; of equals the first.</summary>
    /// <param name="history">Tokens so far, for the repetition penalty.</param>
    /// <param name="mask">Allowed tokens; null for all.</param>
    public int Best(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, TokenMask? mask)
    {
        if (_options.RepetitionPenalty == 1 && mask is null)
        {
            _prepared = false;
            return TensorPrimitives.IndexOfMax(logits);
        }

        Prepare(logits, history, mask);
        _prepared = true;
        return TensorPrimitives.IndexOfMax<float>(_logits);
    }

    /// <summary>The most probable token that a grammar allows. It is asked about the model's own choice first, and works out all that it allows only if that is none of it.</summary>
    /// <inheritdoc cref="Best(ReadOnlySpan{float}, ReadOnlySpan{int}, TokenMask?)"/>
    public int Best(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, GrammarCursor? constraint)
    {
        if (_options.RepetitionPenalty == 1 && constraint is not null && TensorPrimitives.IndexOfMax(logits) is var best && constraint.Allows(best))
        {
            _prepared = false;
            return best;
        }

        return Best(logits, history, constraint?.Mask);
    }

    /// <summary>Whether the best token is further ahead of the next that is allowed than by some noise, after <see cref="Best(ReadOnlySpan{float}, ReadOnlySpan{int}, GrammarCursor?)"/> found it.</summary>
    /// <param name="noise">Of the model's own logits; a repetition penalty makes it larger.</param>
    public bool IsAhead(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, GrammarCursor? constraint, int best, float noise)
    {
        noise *= (float)Math.Max(_options.RepetitionPenalty, 1 / _options.RepetitionPenalty);

        // Who is ahead of all tokens is ahead of those that are allowed.
        if (_prepared || constraint is null || Lead(logits, best) >= noise)
        {
            return Lead(logits, best) >= noise;
        }

        Prepare(logits, history, constraint.Mask);
        _prepared = true;
        return Lead(logits, best) >= noise;
    }

    private float Lead(ReadOnlySpan<float> logits, int best)
    {
        var values = _prepared ? _logits : logits;
        var (before, after) = (best == 0 ? float.NegativeInfinity : TensorPrimitives.Max(values[..best]), best + 1 == values.Length ? float.NegativeInfinity : TensorPrimitives.Max(values[(best + 1)..]));
        return values[best] - Math.Max(before, after);
    }

    /// <summary>Writes the probabilities, [V], summing to 1. With greedy options all is on the best token.</summary>
    public void Fill(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, TokenMask? mask, Span<float> probabilities)
    {
        if (_options.IsGreedy)
        {
            var best = Best(logits, history, mask);
            probabilities.Clear();
            probabilities[best] = 1;
            return;
        }

        Prepare(logits, history, mask);
        TensorPrimitives.Subtract(_logits, TensorPrimitives.Max<float>(_logits), _logits); // what is at most 0 cannot overflow, however small the temperature
        TensorPrimitives.Divide(_logits, (float)_options.Temperature, _logits);
        TensorPrimitives.Exp(_logits, probabilities);
        if (_options.TopK > 0 && _options.TopK < probabilities.Length)
        {
            Cut(probabilities, Threshold(probabilities, _options.TopK));
        }

        if (_options.TopP < 1)
        {
            CutNucleus(probabilities);
        }

        if (_options.MinP > 0)
        {
            Cut(probabilities, (float)_options.MinP * TensorPrimitives.Max<float>(probabilities));
        }

        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum<float>(probabilities), probabilities);
    }

    /// <summary>Draws a token.</summary>
    /// <param name="probabilities">[V], summing to about 1.</param>
    public static int Draw(ReadOnlySpan<float> probabilities, Random random)
    {
        var left = random.NextDouble() * TensorPrimitives.Sum(probabilities);
        var last = 0;
        for (var token = 0; token < probabilities.Length; token++)
        {
            if (probabilities[token] > 0)
            {
                last = token;
                left -= probabilities[token];
                if (left < 0)
                {
                    break;
                }
            }
        }

        return last; // rounding may leave a rest behind the last token
    }

    private void Prepare(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, TokenMask? mask)
    {
        logits.CopyTo(_logits);
        if (_options.RepetitionPenalty != 1)
        {
            var penalty = (float)_options.RepetitionPenalty;
            foreach (var token in history)
            {
                // from the model's own logit, so that a token that occurred twice is not punished twice
                _logits[token] = logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty;
            }
        }

        mask?.Apply(_logits);
    }

    /// <summary>The k-th largest value.</summary>
    private float Threshold(ReadOnlySpan<float> values, int k)
    {
        // Values far under the largest are of no interest to a small k: a heap would do less, sorting the few that are left is simpler.
        var floor = TensorPrimitives.Max(values);
        var count = 0;
        while (count < k)
        {
            floor *= 1e-3f;
            count = CopyOver(values, floor);
            if (floor == 0)
            {
                break;
            }
        }

        var candidates = _sorted.AsSpan(0, count);
        candidates.Sort();
        return count >= k ? candidates[count - k] : 0;
    }

    private void CutNucleus(Span<float> values)
    {
        // Tokens that have less than this together have less than 1 − p, so the nucleus is among the others.
        var share = Math.Max(_options.TopP, LeastShare);
        var sum = TensorPrimitives.Sum<float>(values);
        var count = CopyOver(values, (float)(sum * (1 - share) / values.Length));
        var candidates = _sorted.AsSpan(0, count);
        candidates.Sort();
        double reached = 0;
        var threshold = 0f;
        for (var i = count - 1; i >= 0 && reached < sum * share; i--)
        {
            threshold = candidates[i];
            reached += threshold;
        }

        Cut(values, threshold);
    }

    private int CopyOver(ReadOnlySpan<float> values, float floor)
    {
        if (_sorted.Length < values.Length)
        {
            _sorted = new float[values.Length];
        }

        var count = 0;
        foreach (var value in values)
        {
            if (value > floor)
            {
                _sorted[count++] = value;
            }
        }

        return count;
    }

    /// <summary>Values as large as the threshold stay, so equals of the last one stay with it.</summary>
    private static void Cut(Span<float> values, float threshold)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] < threshold)
            {
                values[i] = 0;
            }
        }
    }
}
