namespace Understudy.Edge.Tests;

/// <summary>A clock that somebody sets; what has passed goes on by itself.</summary>
internal sealed class SetClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private long _passed = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _passed;

    public void SetBack(TimeSpan by) => _now -= by;

    public void Pass(TimeSpan time) => (_now, _passed) = (_now + time, _passed + time.Ticks);
}
