namespace Understudy.Inference.Releases;

/// <summary>Counts who uses a loaded release: the catalog is one user, each lease another. The last to leave disposes it. Thread-safe.</summary>
/// <param name="release">Loaded.</param>
/// <param name="hold">Keeps its folder and goes with it; null where nobody else removes it.</param>
/// <param name="definition">The hash of the <c>task.json</c> that it was loaded under; null where that comes with the release.</param>
internal sealed class ReleaseHandle(Release release, IDisposable? hold = null, string? definition = null)
{
    private int _users = 1;

    public Release Release { get; } = release;

    public string? Definition { get; } = definition;

    /// <summary>Whether no lease is out.</summary>
    public bool IsIdle => Volatile.Read(ref _users) <= 1;

    /// <summary>A lease, or <see langword="null"/> when the last user has left already.</summary>
    public ReleaseLease? TryLease()
    {
        var users = Volatile.Read(ref _users);
        while (users > 0)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return new(Release, Leave);
            }

            users = seen;
        }

        return null;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Release.Dispose();
            hold?.Dispose();
        }
    }
}
