namespace Understudy.Inference.Calibration;

/// <summary>Probabilities of which one label has all. Thread-safe.</summary>
public static class OneHot
{
    /// <returns>[labels]</returns>
    public static float[] Of(int label, int labels)
    {
        var probabilities = new float[labels];
        probabilities[label] = 1;
        return probabilities;
    }
}
