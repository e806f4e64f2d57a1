using Understudy.Inference.Releases;

namespace Understudy.Api.OpenAi;

/// <summary>What a model's name stands for: a task's stable release, or with <c>task@version</c> or <c>task@channel</c> one that is named.</summary>
/// <param name="Task">The task.</param>
/// <param name="Version">Null for the stable one.</param>
internal sealed record ModelName(string Task, string? Version)
{
    private static readonly string[] Channels = ["stable", "candidate", "previous"];

    /// <exception cref="Inference.Tasks.TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="ReleaseNotFoundException">The channel points to no release.</exception>
    public static ModelName Read(string model, ReleaseCatalog catalog)
    {
        var at = model.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
        {
            return new(model, null);
        }

        var (task, name) = (model[..at], model[(at + 1)..]);
        return new(task, Channels.Contains(name)
            ? catalog.Channel(task, name) ?? throw new ReleaseNotFoundException($"The channel '{name}' of '{task}' points to no release.")
            : name);
    }
}
