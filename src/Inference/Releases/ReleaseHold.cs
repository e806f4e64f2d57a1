namespace Understudy.Inference.Releases;

/// <summary>
/// Keeps a release's folder from being removed while it is loaded, also by another process: who has it loaded shares a lock on its manifest, and
/// who removes it takes that lock alone. Thread-safe.
/// </summary>
internal static class ReleaseHold
{
    /// <summary>Held until disposed, or until the process ends.</summary>
    /// <exception cref="IOException">There is no manifest, or it is about to be removed.</exception>
    public static IDisposable Share(string folder) => Open(folder, FileShare.Read);

    /// <summary>The same alone; null where somebody has the release loaded.</summary>
    public static IDisposable? TryAlone(string folder)
    {
        try
        {
            return Open(folder, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static FileStream Open(string folder, FileShare share) => new(Path.Combine(folder, ReleaseManifest.FileName), FileMode.Open, FileAccess.Read, share);
}
