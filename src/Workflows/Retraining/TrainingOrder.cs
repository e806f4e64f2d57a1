namespace Understudy.Workflows.Retraining;

/// <summary>What a trainer is to do: the lessons lie in <c>work/{run}/</c>, and what it makes goes there.</summary>
/// <param name="Run">The workflow's instance id.</param>
/// <param name="Task">The task.</param>
/// <param name="Serving">The release that serves.</param>
/// <param name="FromServing">Whether the student goes on from the one that serves.</param>
public sealed record TrainingOrder(string Run, string Task, string Serving, bool FromServing)
{
    internal string StateBlob => $"{Run}/training.json";

    internal string ManifestBlob => $"{Run}/manifest.json";

    /// <summary>The folder of the files that change.</summary>
    internal string FilesFolder => $"{Run}/candidate/";
}
