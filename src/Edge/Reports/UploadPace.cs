namespace Understudy.Edge.Reports;

/// <summary>
/// How long an upload may be, by what became of the ones before it. What was lost (took too long, or broke off) earns its bytes back over time, at a
/// fifth of the day's: so much a day goes to what the line may not carry, and the rest is left for what it does. Gone with a restart. Used by one pump.
/// </summary>
internal sealed class UploadPace(long bytesPerDay, TimeProvider time)
{
    /// <summary>Of an upload of several records, in bytes: what a line of 2 KiB/s carries in the 30 seconds that a call may take.</summary>
    public const int Most = 64 << 10;

    /// <summary>Of a record that goes alone, in bytes: the cloud sets aside what is larger than its <c>Limits:ReportBytes</c>, 16 MiB by default.</summary>
    private const int LongestRecord = 8 << 20;

    /// <summary>Bytes. However many may go in a day: what was lost waits for longer than a look takes.</summary>
    private readonly double _earnedAnHour = Math.Min(bytesPerDay / 5.0 / 24, Most);

    /// <summary>The last one that was lost: its bytes, when (a timestamp), and what had been earned and was not lost with it.</summary>
    private (int Bytes, long At, double Spare)? _lost;

    /// <summary>Bytes of the next upload: half of what was lost, or what has been earned since; once that is as much as was lost, what was spared besides.</summary>
    public int Longest => _lost is not { } lost ? LongestRecord
        : (int)Math.Min(LongestRecord, Earned < lost.Bytes ? Math.Max(lost.Bytes / 2, Earned) : lost.Spare + Earned);

    /// <summary>Bytes, since one was lost.</summary>
    private double Earned => _lost is { } lost ? time.GetElapsedTime(lost.At).TotalHours * _earnedAnHour : 0;

    public void Lost(int bytes) =>
        _lost = (bytes, time.GetTimestamp(), Math.Clamp((_lost?.Spare ?? 0) + Earned - bytes, 0, 24 * _earnedAnHour));

    /// <summary>The line is well again: twice as much may go, up to an upload of several, where it has been earned to try what was lost.</summary>
    public void Arrived(int bytes)
    {
        if (_lost is { } lost && Earned >= lost.Bytes)
        {
            _lost = lost with { Spare = Math.Max(lost.Spare, Math.Min(2.0 * bytes, Most) - Earned) };
        }
    }
}
