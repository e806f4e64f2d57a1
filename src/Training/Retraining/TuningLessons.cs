using Understudy.Training.Recipes;

namespace Understudy.Training.Retraining;

/// <summary>The lessons that nothing is learned from, by which it is judged what was learned.</summary>
internal static class TuningLessons
{
    /// <summary>On fewer lessons a temperature is a guess, and students are not joined; but a quarter of the lessons at most goes there.</summary>
    public const int Least = 150;

    /// <summary>The first of the lessons.</summary>
    public static List<T> Of<T>(List<T> lessons, RetrainOptions options) =>
        [.. lessons.Take(Math.Max(1, Math.Max((int)(lessons.Count * options.TuningShare), Math.Min(Least, lessons.Count / 4))))];

    /// <exception cref="RecipeInvalidException">There are none to learn from, or none for thresholds.</exception>
    public static void Require(int lessons, int learned, int calibration)
    {
        if (learned == 0 || calibration == 0)
        {
            throw new RecipeInvalidException($"There are {lessons} lessons to learn from and {calibration} to choose thresholds on; both are needed. Gather more.");
        }
    }
}
