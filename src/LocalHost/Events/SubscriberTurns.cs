namespace Understudy.LocalHost.Events;

/// <summary>
/// Lets a subscriber that is slow, or does not answer, have one event at a time: whoever posts to it holds a worker, and the others are not to
/// wait as well. A prompt one gets as many as come. Thread-safe.
/// </summary>
internal sealed class SubscriberTurns(TimeProvider time)
{
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Turns> _bySubscriber = new(StringComparer.Ordinal);

    /// <summary>Posts to a subscriber.</summary>
    /// <param name="post">Is told whether the subscriber is slow.</param>
    /// <exception cref="SubscriberBusyException">The subscriber is slow and has an event to answer already.</exception>
    public async Task<T> TakeAsync<T>(string subscriber, Func<bool, Task<T>> post)
    {
        var (turns, isSlow) = Begin(subscriber);
        var begun = time.GetTimestamp();
        try
        {
            return await post(isSlow);
        }
        finally
        {
            End(turns, time.GetElapsedTime(begun));
        }
    }

    private (Turns Turns, bool IsSlow) Begin(string subscriber)
    {
        lock (_bySubscriber)
        {
            if (!_bySubscriber.TryGetValue(subscriber, out var turns))
            {
                _bySubscriber.Add(subscriber, turns = new());
            }

            if (turns is { IsSlow: true, UnderWay: > 0 })
            {
                throw new SubscriberBusyException(subscriber);
            }

            turns.UnderWay++;
            return (turns, turns.IsSlow);
        }
    }

    private void End(Turns turns, TimeSpan took)
    {
        lock (_bySubscriber)
        {
            turns.UnderWay--;
            turns.IsSlow = took > Prompt;
        }
    }

    private sealed class Turns
    {
        public int UnderWay { get; set; }

        /// <summary>Whether the last answer, or its absence, took long.</summary>
        public bool IsSlow { get; set; }
    }
}
