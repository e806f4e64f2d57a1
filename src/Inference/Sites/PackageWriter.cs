using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Sites;

/// <summary>Makes the package of a release, under the definition of its task that it is loaded under. Thread-safe.</summary>
public static class PackageWriter
{
    /// <param name="catalog">Where the release is; it is checked whole before anything is taken from it.</param>
    /// <param name="task">Its task.</param>
    /// <param name="version">The release.</param>
    /// <param name="withLead">Whether the lead's files go along; if not it stays in the cloud.</param>
    /// <exception cref="PackageInvalidException">Without its lead the release could not answer anything, or its task has no definition.</exception>
    /// <exception cref="ReleaseInvalidException">The release cannot serve here, so it goes nowhere.</exception>
    /// <exception cref="ReleaseNotFoundException">There is no such release.</exception>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    public static async Task<PackedRelease> PackAsync(ReleaseCatalog catalog, string task, string version, bool withLead, CancellationToken cancellationToken)
    {
        using var lease = catalog.Acquire(task, version);
        var release = lease.Release;
        var folder = catalog.FolderOf(task, version);
        if (!withLead && release.Students.Count == 0)
        {
            throw new PackageInvalidException($"release '{version}' of '{task}' has no student that answers by itself: send its lead along, or serve the task in the cloud");
        }

        List<PackageFile> files = [];
        Dictionary<string, byte[]> contents = [];
        Add(EdgePackage.TaskFile, release.DefinitionFile ?? throw new PackageInvalidException($"task '{task}' has no {EdgePackage.TaskFile}"));
        Add(EdgePackage.SamplesFile, await SamplesAsync(folder, release, cancellationToken).ConfigureAwait(false));
        IEnumerable<string> own = [ReleaseManifest.FileName, ReleaseSignature.FileName, .. TierFiles.Of(release.Manifest, withLead).Select(file => file.Name)];
        foreach (var name in own)
        {
            Add($"{version}/{name}", await File.ReadAllBytesAsync(Path.Combine(folder, name), cancellationToken).ConfigureAwait(false));
        }

        var package = new EdgePackage { Task = task, Version = version, Release = release.Address, WithLead = withLead, Files = files };
        var list = package.Write();
        return new(package, list, EdgePackage.AddressOf(list), contents);

        void Add(string name, byte[] content)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(content));
            files.Add(new(name, hash, content.Length, BlockCutter.Cut(content)));
            contents[hash] = content;
        }
    }

    private static async Task<byte[]> SamplesAsync(string folder, Release release, CancellationToken cancellationToken)
    {
        var texts = SampleTexts.Of(folder, release);
        var samples = await StudentVotes.OfAsync(release, texts, cancellationToken).ConfigureAwait(false);
        var lines = samples.Select(sample => JsonSerializer.Serialize(sample, SiteJson.Options));
        return Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
    }
}
