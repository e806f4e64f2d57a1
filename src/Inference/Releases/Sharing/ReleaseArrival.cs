using Understudy.Inference.Signing;

namespace Understudy.Inference.Releases.Sharing;

/// <summary>
/// Brings a shared release to this machine, whole or not at all: signature and hashes are checked in a folder beside, which is renamed last.
/// Files that are near already, in another release or in what was deployed, are copied instead of fetched.
/// </summary>
internal sealed class ReleaseArrival(IReleaseContainer container, string folder, string? seedFolder, ReleaseTrust trust)
{
    /// <summary>Brings nothing where there is no such release, or it is not whole yet.</summary>
    /// <exception cref="ReleaseInvalidException">No trusted key signed it, or a file is not what its manifest says.</exception>
    public void Bring(string task, string version)
    {
        if (container.Read(SharedName.Signature(task, version)) is not { } signature || container.Read(SharedName.Manifest(task, version)) is not { } manifest)
        {
            return;
        }

        var staging = Directory.CreateDirectory(Path.Combine(folder, task, $".arriving-{Guid.NewGuid():N}")).FullName;
        try
        {
            var arriving = Directory.CreateDirectory(Path.Combine(staging, version)).FullName;
            File.WriteAllBytes(Path.Combine(arriving, ReleaseSignature.FileName), signature.Content);
            File.WriteAllBytes(Path.Combine(arriving, ReleaseManifest.FileName), manifest.Content);
            var target = Path.Combine(folder, task, version);
            Fill(arriving, task, version, target);
            Settle(arriving, target);
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    private void Fill(string arriving, string task, string version, string target)
    {
        var reader = new ReleaseReader(arriving, TimeProvider.System, trust);
        List<string> problems = [];
        if (reader.ReadManifest() is { } manifest)
        {
            var near = Near(task);
            foreach (var file in manifest.Files.Where(file => ManifestRules.IsPlainName(file.Name)))
            {
                Bring(file, Path.Combine(arriving, file.Name), near, SharedName.InRelease(task, version, file.Name));
            }

            FileRules.Check(arriving, manifest.Files, problems);
        }

        problems.AddRange(reader.Problems);
        if (problems.Count > 0)
        {
            throw new ReleaseInvalidException(target, problems);
        }
    }

    private void Bring(ReleaseFile file, string path, Dictionary<string, string> near, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (near.TryGetValue(file.Sha256, out var copy))
        {
            File.Copy(copy, path);
            if (FileRules.Hash(path) == file.Sha256)
            {
                return;
            }
        }

        using var stream = File.Create(path);
        try
        {
            container.Download(name, stream);
        }
        catch (FileNotFoundException)
        {
            File.Delete(path); // the check names it
        }
    }

    /// <summary>The files of the task's releases on this machine, by their hash.</summary>
    private Dictionary<string, string> Near(string task)
    {
        Dictionary<string, string> near = [];
        foreach (var models in new[] { folder, seedFolder }.OfType<string>().Select(models => Path.Combine(models, task)).Where(Directory.Exists))
        {
            foreach (var release in Directory.EnumerateDirectories(models).Where(release => File.Exists(Path.Combine(release, ReleaseManifest.FileName))))
            {
                foreach (var file in ReleaseReader.FilesOf(File.ReadAllBytes(Path.Combine(release, ReleaseManifest.FileName))))
                {
                    var path = Path.Combine(release, file.Name);
                    if (File.Exists(path))
                    {
                        near[file.Sha256] = path;
                    }
                }
            }
        }

        return near;
    }

    /// <summary>Another process may have been faster: then its copy stays.</summary>
    private static void Settle(string arriving, string target)
    {
        if (Directory.Exists(target) && !File.Exists(Path.Combine(target, ReleaseManifest.FileName)))
        {
            Directory.Delete(target, recursive: true);
        }

        try
        {
            Directory.Move(arriving, target);
        }
        catch (IOException) when (File.Exists(Path.Combine(target, ReleaseManifest.FileName)))
        {
        }
    }
}
