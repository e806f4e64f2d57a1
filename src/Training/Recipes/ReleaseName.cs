using Understudy.Inference.Releases;

namespace Understudy.Training.Recipes;

/// <summary>The name that a run's release is to have, checked before the work and not after it.</summary>
internal static class ReleaseName
{
    /// <param name="steps">Those of the run: without the last there is no release.</param>
    /// <param name="version">The name; null for the next free number.</param>
    /// <param name="task">Whose release.</param>
    /// <param name="modelsFolder">Where it is to be.</param>
    /// <exception cref="RecipeInvalidException">A release cannot be called that, or another is.</exception>
    public static void Check(TrainingSteps steps, string? version, string task, string modelsFolder)
    {
        if (version is null || !steps.HasFlag(TrainingSteps.Release))
        {
            return;
        }

        if (!ManifestRules.IsVersion(version))
        {
            throw new RecipeInvalidException($"The version '{version}' must be 1 to 64 letters, digits, dots or hyphens, and start with a letter or digit. Choose another.");
        }

        if (File.Exists(Path.Combine(modelsFolder, task, version, ReleaseManifest.FileName)))
        {
            throw new RecipeInvalidException($"Task '{task}' has a release '{version}' already, and a release never changes. Choose another version.");
        }
    }
}
