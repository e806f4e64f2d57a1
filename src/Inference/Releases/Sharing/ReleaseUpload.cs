namespace Understudy.Inference.Releases.Sharing;

/// <summary>Gives a release to the others. Its manifest goes first and takes the name, its signature last: what has both is whole, and never changes.</summary>
internal static class ReleaseUpload
{
    /// <summary>Does nothing where the release is there already, and finishes what was cut off.</summary>
    /// <exception cref="ReleaseInvalidException">Another release has the name.</exception>
    public static void Run(IReleaseContainer container, string task, string folder)
    {
        var version = Path.GetFileName(folder);
        var manifest = File.ReadAllBytes(Path.Combine(folder, ReleaseManifest.FileName));
        var name = SharedName.Manifest(task, version);
        if (!container.TryWrite(name, new MemoryStream(manifest), replaces: null) && container.Read(name)?.Content.AsSpan().SequenceEqual(manifest) != true)
        {
            throw new ReleaseInvalidException(
                folder, [$"{ReleaseManifest.FileName}: another release has the name '{version}' in the shared releases, and a release never changes. Give this one another version."]);
        }

        foreach (var file in ReleaseReader.FilesOf(manifest))
        {
            Write(file.Name);
        }

        Write(ReleaseSignature.FileName);

        // What is there already is the same: one manifest has the name, and it has the hashes.
        void Write(string file)
        {
            using var content = File.OpenRead(Path.Combine(folder, file));
            container.TryWrite(SharedName.InRelease(task, version, file), content, replaces: null);
        }
    }
}
