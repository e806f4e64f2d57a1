namespace Understudy.Inference.Releases;

/// <summary>Removes releases from a task's folder: each is moved out of sight in one step and then deleted, so that none is ever listed by half. One caller at a time.</summary>
internal sealed class RemovedReleases(string taskFolder)
{
    /// <summary>Holds no manifest itself, so it is no release.</summary>
    private readonly string _folder = Path.Combine(taskFolder, ".removed");

    /// <returns>False where somebody has it loaded; then it stays.</returns>
    public bool TryRemove(string version, bool dryRun)
    {
        var release = Path.Combine(taskFolder, version);
        using (var hold = ReleaseHold.TryAlone(release))
        {
            if (hold is null || dryRun)
            {
                return hold is not null;
            }

            Directory.CreateDirectory(_folder);
            Directory.Move(release, Path.Combine(_folder, version));
        }

        Clear();
        return true;
    }

    /// <summary>Deletes what a removal that was cut off left.</summary>
    public void Clear()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
