using System.Text.Json;
using Understudy.Cli.Shell;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Releases;

/// <summary>Finds a release's folder and reads its manifest without opening its models.</summary>
internal static class ReleaseFolder
{
    /// <param name="catalog">Where it is.</param>
    /// <param name="task">Its task.</param>
    /// <param name="version">Or <see langword="null"/> for the stable one.</param>
    /// <exception cref="ReleaseNotFoundException">There is no such release, or none is stable.</exception>
    public static string Find(ReleaseCatalog catalog, string task, string? version)
    {
        var releases = catalog.List(task);
        version ??= catalog.Channel(task, "stable") ?? throw new ReleaseNotFoundException(
            $"Task '{task}' has no stable release. Name a version{(releases.Count == 0 ? ", once it has a release" : $": {string.Join(", ", releases.Select(r => r.Version))}")}.");
        return releases.Any(r => r.Version == version)
            ? catalog.FolderOf(task, version)
            : throw new ReleaseNotFoundException($"Task '{task}' has no release '{version}'. {(releases.Count == 0 ? "It has none." : $"There are: {string.Join(", ", releases.Select(r => r.Version))}.")}");
    }

    /// <exception cref="CommandFailedException">It is no manifest.</exception>
    public static ReleaseManifest ReadManifest(string folder)
    {
        var path = Path.Combine(folder, ReleaseManifest.FileName);
        try
        {
            return JsonSerializer.Deserialize<ReleaseManifest>(File.ReadAllBytes(path), CliJson.File)!;
        }
        catch (JsonException error)
        {
            throw new CommandFailedException($"'{path}' is no manifest: {error.Message} Verify the release for details.");
        }
    }
}
