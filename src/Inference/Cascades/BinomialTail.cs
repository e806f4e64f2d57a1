namespace Understudy.Inference.Cascades;

/// <summary>Exact tails of the binomial distribution, summed in logarithms so that no count underflows. Thread-safe.</summary>
public static class BinomialTail
{
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

        // log P[X = i], by the ratio of neighbours; the largest is kept apart while summing.
        var odds = Math.Log(p) - Log1P(-p);
        var term = n * Log1P(-p);
        double largest = term, sum = 1;
        for (long i = 0; i < k; i++)
        {
            term += Math.Log((double)(n - i) / (i + 1)) + odds;
            if (term > largest)
            {
                sum = (sum * Math.Exp(largest - term)) + 1;
                largest = term;
            }
            else
            {
                sum += Math.Exp(term - largest);
            }
        }

        return Math.Min(1, Math.Exp(largest) * sum);
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

    private static double Log1P(double x) => Math.Abs(x) < 1e-5 ? x - (x * x / 2) + (x * x * x / 3) : Math.Log(1 + x);
}
