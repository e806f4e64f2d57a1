using Understudy.Inference.Releases.Sharing;

namespace Understudy.Workflows.Tests.Releases;

/// <summary>A container that counts, and in which something may happen before a blob is written or read.</summary>
internal sealed class TaggedContainer(IReleaseContainer inner) : IReleaseContainer
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public List<string> Downloads { get; } = [];

    public Action<string>? BeforeWrite { get; set; }

    public Action<string>? BeforeDownload { get; set; }

    public IReadOnlyDictionary<string, string> List()
    {
        Interlocked.Increment(ref _calls);
        return inner.List();
    }

    public SharedBlob? Read(string name)
    {
        Interlocked.Increment(ref _calls);
        return inner.Read(name);
    }

    public void Download(string name, Stream to)
    {
        Interlocked.Increment(ref _calls);
        Downloads.Add(name);
        BeforeDownload?.Invoke(name);
        inner.Download(name, to);
    }

    public bool TryWrite(string name, Stream content, string? replaces)
    {
        Interlocked.Increment(ref _calls);
        BeforeWrite?.Invoke(name);
        return inner.TryWrite(name, content, replaces);
    }
}
