namespace Understudy.Inference.Quality;

/// <summary>The upper tail of the chi-square distribution: the regularised incomplete gamma function, by its series where that converges fast and by its continued fraction elsewhere. Thread-safe.</summary>
public static class ChiSquareTail
{
    private const double Precision = 1e-15;
    private const int MostTerms = 10_000;

    /// <summary>P[χ² ≥ <paramref name="statistic"/>], to a relative error of about 1e-12.</summary>
    /// <param name="statistic">At least 0.</param>
    /// <param name="degrees">Of freedom, at least 1.</param>
    public static double Above(double statistic, int degrees)
    {
        if (statistic <= 0)
        {
            return 1;
        }

        var (a, x) = (degrees / 2.0, statistic / 2);
        var scale = Math.Exp((a * Math.Log(x)) - x - LogGamma(degrees));
        return x < a + 1 ? Math.Clamp(1 - (scale * Series(a, x)), 0, 1) : scale * Fraction(a, x);
    }

    private static double Series(double a, double x)
    {
        var (term, sum) = (1 / a, 1 / a);
        for (var n = 1; n < MostTerms && term > sum * Precision; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum;
    }

    /// <summary>By Lentz's method, from the front.</summary>
    private static double Fraction(double a, double x)
    {
        const double Tiny = 1e-300;
        var b = x + 1 - a;
        var (c, d) = (1 / Tiny, 1 / b);
        var value = d;
        for (var n = 1; n < MostTerms; n++)
        {
            var step = n * (a - n);
            b += 2;
            d = 1 / NotZero((step * d) + b);
            c = NotZero(b + (step / c));
            value *= d * c;
            if (Math.Abs((d * c) - 1) < Precision)
            {
                break;
            }
        }

        return value;

        static double NotZero(double number) => Math.Abs(number) < Tiny ? Tiny : number;
    }

    /// <summary>log Γ(<paramref name="degrees"/> / 2), from Γ(1) = 1 or Γ(½) = √π.</summary>
    private static double LogGamma(int degrees)
    {
        var sum = degrees % 2 == 0 ? 0 : Math.Log(Math.PI) / 2;
        for (var i = degrees % 2 == 0 ? 2 : 1; i < degrees; i += 2)
        {
            sum += Math.Log(i / 2.0);
        }

        return sum;
    }
}
