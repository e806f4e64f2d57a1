namespace Understudy.Workflows.Intake;

/// <summary>What has been tried with one version of a blob.</summary>
internal sealed class BlobAttempts(string etag)
{
    private string? _lastProblem;

    public string ETag { get; } = etag;

    public bool IsDone { get; set; }

    /// <summary>Whether it can be neither taken nor quarantined: tried again while this host runs, but the watermark does not wait for it.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Attempts that failed.</summary>
    public int Count { get; private set; }

    /// <summary>When the next one may be made.</summary>
    public DateTimeOffset NotBefore { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Whether a problem is another than the last one.</summary>
    public bool IsNew(string problem) => Interlocked.Exchange(ref _lastProblem, problem) != problem;

    public void Failed(DateTimeOffset now, TimeSpan firstPause) => NotBefore = now + (firstPause * Math.Pow(2, Count++));
}
