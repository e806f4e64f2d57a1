namespace Understudy.Inference.Cascades;

/// <summary>
/// The order in which threshold vectors are tested, from "no student may answer" to "the first student always answers". At each level
/// every student has the same threshold, 1 − u, with u growing geometrically. A calibrated confidence of 1 − u says that the student errs
/// in a share u of such cases, so along the path all students are trusted up to one and the same estimated error.
/// The path is fixed before any data is seen, which is what the test that walks it rests on.
/// </summary>
internal static class ThresholdPath
{
    /// <summary>A threshold that no confidence reaches.</summary>
    private const double Never = 2;

    private const int PerDecade = 40;
    private const int Decades = 8;

    /// <summary>Thresholds, falling: the first is <see cref="Never"/>, the last 0.</summary>
    public static double[] Levels { get; } = [Never, .. Enumerable.Range(0, (Decades * PerDecade) + 1).Select(Level)];

    /// <summary>The first level at which a student of this confidence answers.</summary>
    public static int FirstLevel(double confidence)
    {
        int low = 1, high = Levels.Length - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = confidence >= Levels[middle] ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private static double Level(int step) => 1 - Math.Pow(10, ((double)step / PerDecade) - Decades);
}
