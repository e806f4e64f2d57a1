using Understudy.Inference.Batching;
using Understudy.Inference.Cascades;
using Understudy.Inference.Signing;

namespace Understudy.Inference.Releases;

/// <summary>A release, loaded: its models are in memory and ready. Immutable and thread-safe; dispose it when the last request has left.</summary>
public sealed class Release : IDisposable
{
    private int _disposed;

    internal Release(ReleaseManifest manifest, IReadOnlyList<Tier> students, Tier lead)
    {
        Manifest = manifest;
        Students = students;
        Lead = lead;
    }

    public ReleaseManifest Manifest { get; }

    /// <summary>The SHA-256 of its manifest, which names every file by its hash: two releases of one address are the same.</summary>
    public string Address { get; internal init; } = "";

    /// <summary>Cheapest first; may be empty.</summary>
    public IReadOnlyList<Tier> Students { get; }

    public Tier Lead { get; }

    internal bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    /// <summary>Checks the folder whole and loads it: either everything is in memory or nothing is.</summary>
    /// <param name="folder">Its own.</param>
    /// <param name="trust">Whose signature counts; by default as <see cref="ReleaseKeys.OfThisMachine"/> says.</param>
    /// <exception cref="ReleaseInvalidException">With every problem that was found.</exception>
    public static Release Load(string folder, ReleaseTrust? trust = null) =>
        Load(folder, new BatchingOptions(), TimeProvider.System, trust ?? ReleaseKeys.OfThisMachine().Trust);

    internal static Release Load(string folder, BatchingOptions batching, TimeProvider time, ReleaseTrust trust)
    {
        var reader = new ReleaseReader(Path.GetFullPath(folder), batching, time, trust);
        return reader.Read() ?? throw new ReleaseInvalidException(folder, reader.Problems);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        foreach (var tier in Students.Append(Lead))
        {
            tier.Classifier.Dispose();
        }
    }
}
