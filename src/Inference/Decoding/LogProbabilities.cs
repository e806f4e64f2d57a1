using System.Numerics.Tensors;

namespace Understudy.Inference.Decoding;

/// <summary>Log-probabilities from logits.</summary>
internal static class LogProbabilities
{
    /// <summary>log Σ exp(logits)</summary>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        var most = TensorPrimitives.Max(logits);
        double sum = 0;
        foreach (var logit in logits)
        {
            sum += MathF.Exp(logit - most);
        }

        return most + Math.Log(sum);
    }

    /// <summary>A token with its log-probability and those of the <paramref name="top"/> best.</summary>
    public static GeneratedToken Of(int token, ReadOnlySpan<float> logits, int top)
    {
        var all = LogSumExp(logits);
        var best = new PriorityQueue<int, float>(top + 1);
        for (var i = 0; i < logits.Length && top > 0; i++)
        {
            if (best.Count < top && logits[i] > float.NegativeInfinity)
            {
                best.Enqueue(i, logits[i]);
            }
            else if (best.TryPeek(out _, out var least) && logits[i] > least)
            {
                best.DequeueEnqueue(i, logits[i]);
            }
        }

        var alternatives = new TokenLogProbability[best.Count];
        for (var i = alternatives.Length - 1; i >= 0; i--)
        {
            best.TryDequeue(out var id, out var logit);
            alternatives[i] = new(id, logit - all);
        }

        return new(token, logits[token] - all, alternatives);
    }
}
