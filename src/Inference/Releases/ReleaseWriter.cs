using System.Text.Json;

namespace Understudy.Inference.Releases;

/// <summary>Turns a folder of model files into a release. Thread-safe for different folders.</summary>
public static class ReleaseWriter
{
    /// <summary>
    /// Fills in the name, sha256 and size of every file in the folder and writes <c>release.json</c>, last and in one step:
    /// a folder without it is an unfinished release. An existing manifest is replaced.
    /// </summary>
    /// <param name="folder"><c>models/{task}/{version}</c>, with the model files in it. Hidden files and <c>*.tmp</c> are left out.</param>
    /// <param name="manifest">Its <see cref="ReleaseManifest.Files"/> are ignored.</param>
    /// <returns>The manifest as written.</returns>
    /// <exception cref="ReleaseInvalidException">The manifest or a file would not pass <see cref="ReleaseValidator"/>'s rules on fields; nothing was written.</exception>
    public static ReleaseManifest Write(string folder, ReleaseManifest manifest)
    {
        folder = Path.GetFullPath(folder);
        var complete = manifest with { Files = Files(folder) };
        List<string> problems = [];
        ManifestRules.Check(complete, folder, problems);
        if (problems.Count > 0)
        {
            throw new ReleaseInvalidException(folder, problems);
        }

        AtomicFile.Write(Path.Combine(folder, ReleaseManifest.FileName), JsonSerializer.SerializeToUtf8Bytes(complete, JsonShape.Options));
        return complete;
    }

    private static List<ReleaseFile> Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')))
            .Where(file => file.Name != ReleaseManifest.FileName && !file.Name.EndsWith(".tmp", StringComparison.Ordinal) && !file.Name.Split('/').Any(p => p.StartsWith('.')))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => new ReleaseFile(file.Name, FileRules.Hash(file.Path), new FileInfo(file.Path).Length))];
}
