namespace Understudy.Inference.Routing;

/// <summary>
/// What a router between a weak and a strong model is worth (Ong et al., RouteLLM, arXiv 2406.18665). Inputs go to the strong model in the
/// order of a score; at each share of calls the accuracy lies somewhere between the two models' own. Inputs of one score are sent together,
/// so within them the curve is a straight line. Immutable and thread-safe.
/// </summary>
public sealed class RoutingCurve
{
    private readonly double[] _shares;
    private readonly double[] _accuracies;

    private RoutingCurve(double[] shares, double[] accuracies) => (_shares, _accuracies) = (shares, accuracies);

    /// <summary>Accuracy with no strong call.</summary>
    public double WeakAccuracy => _accuracies[0];

    /// <summary>Accuracy with nothing but strong calls.</summary>
    public double StrongAccuracy => _accuracies[^1];

    /// <summary>Area under the recovered gap by share of strong calls: 0.5 for a router that guesses; above 1 is possible, because a mix may beat the strong model.</summary>
    public double Apgr
    {
        get
        {
            var area = 0.0;
            for (var i = 1; i < _shares.Length; i++)
            {
                area += (_shares[i] - _shares[i - 1]) * (Recovered(_accuracies[i]) + Recovered(_accuracies[i - 1])) / 2;
            }

            return area;
        }
    }

    /// <param name="scores">The higher, the more a strong call is worth; one an input.</param>
    /// <param name="weak">Whether the weak model is right.</param>
    /// <param name="strong">Whether the strong model is.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is not a number, or the strong model is not the better one, so that there is no gap to recover.</exception>
    public static RoutingCurve Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> weak, ReadOnlySpan<bool> strong)
    {
        if (scores.Length != weak.Length || scores.Length != strong.Length)
        {
            throw new ArgumentException($"There are {scores.Length} scores for {weak.Length} answers of the weak model and {strong.Length} of the strong one; one each is needed.");
        }

        if (scores.ContainsAnyExceptInRange(double.NegativeInfinity, double.PositiveInfinity))
        {
            throw new ArgumentException("A score is not a number, so it has no rank.");
        }

        var n = scores.Length;
        var gains = new int[n];
        var (right, total) = (0, 0);
        for (var i = 0; i < n; i++)
        {
            right += weak[i] ? 1 : 0;
            total += gains[i] = (strong[i] ? 1 : 0) - (weak[i] ? 1 : 0);
        }

        if (total <= 0)
        {
            throw new ArgumentException($"The strong model is right {right + total} times of {n} and the weak one {right} times: there is no gap for a router to recover. Name the better model as the strong one, or use other records.");
        }

        var sorted = scores.ToArray();
        Array.Sort(sorted, gains);
        List<double> shares = [0], accuracies = [(double)right / n];
        for (var i = n - 1; i >= 0; i--)
        {
            right += gains[i];
            if (i == 0 || sorted[i - 1] != sorted[i])
            {
                shares.Add((double)(n - i) / n);
                accuracies.Add((double)right / n);
            }
        }

        return new([.. shares], [.. accuracies]);
    }

    /// <summary>The accuracy at a share of strong calls.</summary>
    /// <param name="share">In [0, 1].</param>
    public double Accuracy(double share)
    {
        var at = Array.BinarySearch(_shares, share);
        if (at >= 0)
        {
            return _accuracies[at];
        }

        at = Math.Clamp(~at, 1, _shares.Length - 1);
        return _accuracies[at - 1] + ((_accuracies[at] - _accuracies[at - 1]) * (share - _shares[at - 1]) / (_shares[at] - _shares[at - 1]));
    }

    /// <summary>PGR: which part of the gap between the two models is recovered at a share of strong calls.</summary>
    /// <param name="share">In [0, 1].</param>
    public double RecoveredAt(double share) => Recovered(Accuracy(share));

    /// <summary>CPT: the least share of strong calls that recovers a part of the gap; 1 at most.</summary>
    /// <param name="part">In (0, 1].</param>
    public double CallShare(double part)
    {
        for (var i = 1; i < _shares.Length; i++)
        {
            var (low, high) = (Recovered(_accuracies[i - 1]), Recovered(_accuracies[i]));
            if (high >= part - 1e-12)
            {
                return _shares[i - 1] + ((_shares[i] - _shares[i - 1]) * Math.Clamp((part - low) / (high - low), 0, 1));
            }
        }

        return 1;
    }

    private double Recovered(double accuracy) => (accuracy - WeakAccuracy) / (StrongAccuracy - WeakAccuracy);
}
