namespace Understudy.Inference.Releases;

/// <summary>The right to use a release until disposed. However channels move meanwhile, the release stays loaded. Dispose it once; more does no harm.</summary>
public sealed class ReleaseLease : IDisposable
{
    private Action? _return;

    internal ReleaseLease(Release release, Action giveBack)
    {
        Release = release;
        _return = giveBack;
    }

    public Release Release { get; }

    public void Dispose() => Interlocked.Exchange(ref _return, null)?.Invoke();
}
