namespace Understudy.Training.Compression;

/// <summary>One number for a compressed model (arXiv 2604.04988): every halving of its size is worth a point, every point of accuracy, or of another metric, lost costs λ.</summary>
internal static class QualityScore
{
    /// <param name="reduction">How many times smaller, above 0.</param>
    /// <param name="pointsLost">Percentage points; a gain counts as nothing lost.</param>
    /// <param name="lambda">λ</param>
    public static double Of(double reduction, double pointsLost, double lambda = 1) => Math.Log2(reduction) - (lambda * Math.Max(0, pointsLost));
}
