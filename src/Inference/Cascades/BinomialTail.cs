namespace Understudy.Inference.Cascades;

/// <summary>
/// Exact tails of the binomial distribution, summed outwards from the likeliest count until what is added vanishes: some dozens of standard deviations,
/// of however many counts. Thread-safe.
/// </summary>
public static class BinomialTail
{
    /// <summary>Of the likeliest outcome's probability. What is rarer counts for nothing.</summary>
    private const double Least = 1e-300;

    /// <summary>P[Bin(<paramref name="n"/>, <paramref name="p"/>) ≤ <paramref name="k"/>], for p in (0, 1).</summary>
    public static double AtMost(long k, long n, double p)
    {
        if (k < 0)
        {
            return 0;
        }

        if (k >= n)
        {
            return 1;
        }

        return Math.Min(1, Mean(n, p, count => count <= k ? 1 : 0));
    }

    /// <summary>The mean of <paramref name="value"/> over the counts of Bin(<paramref name="n"/>, <paramref name="p"/>), for p in [0, 1).</summary>
    public static double Mean(long n, double p, Func<long, double> value)
    {
        // Each count by the ratio to its neighbour, as a multiple of the likeliest one's probability, so that nothing overflows; the multiples add up to all there is.
        var odds = p / (1 - p);
        var mode = Math.Clamp((long)((n + 1.0) * p), 0, n);
        double all = 0, sum = 0, weight = 1;
        for (var i = mode; i >= 0 && weight > Least; i--)
        {
            Add(i);
            weight *= i / ((n - i + 1.0) * odds);
        }

        weight = (n - mode) * odds / (mode + 1.0);
        for (var i = mode + 1; i <= n && weight > Least; i++)
        {
            Add(i);
            weight *= (n - i) * odds / (i + 1.0);
        }

        return sum / all;

        void Add(long count)
        {
            all += weight;
            sum += weight * value(count);
        }
    }

    /// <summary>The least count c with P[Bin(n, p) ≤ c] ≥ <paramref name="level"/>.</summary>
    public static long Quantile(double level, long n, double p)
    {
        long low = 0, high = n;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (AtMost(middle, n, p) >= level)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    /// <summary>The least n at which <paramref name="rate"/>·n losses (rounded up) refute a risk above <paramref name="epsilon"/> at <paramref name="delta"/>; 0 if none does.</summary>
    public static int ExamplesNeeded(double rate, double epsilon, double delta)
    {
        if (rate >= epsilon)
        {
            return 0;
        }

        const int Limit = 10_000_000;
        int low = 1, high = 1;
        while (!Refutes(high))
        {
            low = high + 1;
            high *= 2;
            if (high > Limit)
            {
                return 0;
            }
        }

        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Refutes(middle) ? (low, middle) : (middle + 1, high);
        }

        return low;

        bool Refutes(int n) => AtMost((long)Math.Ceiling(rate * n), n, epsilon) <= delta;
    }
}
