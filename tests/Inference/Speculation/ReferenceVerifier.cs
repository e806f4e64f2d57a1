namespace Understudy.Inference.Tests.Speculation;

/// <summary>
/// Multi-step speculative sampling for one place, as the papers write it, in plain loops; and rules that look right and are not.
/// </summary>
public static class ReferenceVerifier
{
    public enum Rule
    {
        Right,

        /// <summary>After a rejection the token is drawn from p, not from what p became.</summary>
        NoResidual,

        /// <summary>Taken with probability min(1, q/p) instead of min(1, p/q).</summary>
        Inverted,

        /// <summary>A proposal that was drawn counts as determined.</summary>
        IgnoresDraft,
    }

    /// <summary>The token at this place, and whether it is one of the proposals.</summary>
    /// <param name="target">[V], sums to 1.</param>
    /// <param name="proposals">Token, and the distribution it was drawn from (null: determined).</param>
    public static (int Token, bool Taken) Sample(double[] target, IReadOnlyList<(int Token, double[]? DrawnFrom)> proposals, Random random, Rule rule = Rule.Right)
    {
        var p = (double[])target.Clone();
        foreach (var (token, drawnFrom) in proposals)
        {
            var q = drawnFrom ?? [.. Enumerable.Range(0, p.Length).Select(i => i == token ? 1.0 : 0)];
            var chance = rule switch
            {
                Rule.Inverted => q[token] / p[token],
                Rule.IgnoresDraft => p[token],
                _ => p[token] / q[token],
            };
            if (random.NextDouble() < chance)
            {
                return (token, true);
            }

            if (rule != Rule.NoResidual)
            {
                var rest = p.Zip(q, (a, b) => Math.Max(0, a - b)).ToArray();
                p = rest.Sum() > 0 ? [.. rest.Select(value => value / rest.Sum())] : p;
            }
        }

        return (Draw(p, random), false);
    }

    public static int Draw(IReadOnlyList<double> p, Random random)
    {
        var left = random.NextDouble() * p.Sum();
        for (var i = 0; i < p.Count; i++)
        {
            left -= p[i];
            if (left < 0)
            {
                return i;
            }
        }

        return p.Count - 1;
    }
}
