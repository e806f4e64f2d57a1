namespace Understudy.LocalHost.Durable;

/// <summary>When pending steps are due, earliest first. An entry may outlive its step: whoever takes it looks the step up.</summary>
internal sealed class TimerQueue(TimeProvider time, Action onTick) : IDisposable
{
    // Wakes up at least this often, so that a change of the system's clock is noticed.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly PriorityQueue<(long Instance, long Step, DateTimeOffset DueAt), long> _queue = new();
    private readonly ITimer _timer = time.CreateTimer(_ => onTick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Add(PendingStep step) => _queue.Enqueue((step.Instance, step.Step, step.DueAt!.Value), step.DueAt.Value.UtcTicks);

    /// <summary>Takes the earliest entry if its time has come.</summary>
    public bool TryTakeDue(out (long Instance, long Step, DateTimeOffset DueAt) entry)
    {
        if (_queue.TryPeek(out entry, out var due) && due <= time.GetUtcNow().UtcTicks)
        {
            _queue.Dequeue();
            return true;
        }

        return false;
    }

    /// <summary>Sets the alarm for the earliest entry.</summary>
    public void Arm()
    {
        if (!_queue.TryPeek(out _, out var due))
        {
            return;
        }

        var wait = TimeSpan.FromTicks(due - time.GetUtcNow().UtcTicks);
        if (wait <= TimeSpan.Zero)
        {
            onTick();
        }
        else
        {
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
            _timer.Change(wait < LongestSleep ? wait : LongestSleep, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();
}
