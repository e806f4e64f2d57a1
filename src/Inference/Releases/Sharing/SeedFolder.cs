namespace Understudy.Inference.Releases.Sharing;

/// <summary>What a deployment brings along: whatever of it is not in the container is put there, and nothing that is there is touched.</summary>
internal static class SeedFolder
{
    /// <param name="there">What the container has.</param>
    /// <returns>Whether anything was put there.</returns>
    public static bool Publish(string seedFolder, IReleaseContainer container, IReadOnlyDictionary<string, string> there)
    {
        var published = false;
        foreach (var folder in Tasks(seedFolder))
        {
            var task = Path.GetFileName(folder);
            foreach (var release in Directory.EnumerateDirectories(folder).Where(release => File.Exists(Path.Combine(release, ReleaseSignature.FileName))))
            {
                published |= !there.ContainsKey(SharedName.Signature(task, Path.GetFileName(release))) && TryUpload(container, task, release);
            }

            // The task's own file comes last: a task that has it is whole.
            foreach (var (name, path) in Files(folder, task).OrderBy(file => Path.GetFileName(file.Path) == SharedName.TaskFile).Where(file => !there.ContainsKey(file.Name)))
            {
                using var content = File.OpenRead(path);
                published |= container.TryWrite(name, content, replaces: null);
            }
        }

        return published;
    }

    private static IEnumerable<string> Tasks(string seedFolder) => Directory.Exists(seedFolder)
        ? Directory.EnumerateDirectories(seedFolder).Where(folder => File.Exists(Path.Combine(folder, SharedName.TaskFile)))
        : [];

    private static IEnumerable<(string Name, string Path)> Files(string folder, string task) => ChannelFiles.All
        .Select(channel => (SharedName.Pointer(task, channel), Path.Combine(folder, "channels", $"{channel}.json"))).Where(file => File.Exists(file.Item2))
        .Concat(Directory.EnumerateFiles(folder).Where(path => SharedName.IsTaskFile(Path.GetFileName(path))).Select(path => ($"{task}/{Path.GetFileName(path)}", path)));

    private static bool TryUpload(IReleaseContainer container, string task, string release)
    {
        try
        {
            ReleaseUpload.Run(container, task, release);
            return true;
        }
        catch (ReleaseInvalidException error)
        {
            InferenceTelemetry.FollowFailed(task, error); // a release that was made here has the name; it stays
            return false;
        }
    }
}
