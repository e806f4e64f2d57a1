using Microsoft.Extensions.Options;
using Understudy.Api.Problems;

namespace Understudy.Api.Quotas;

/// <summary>
/// Holds every task to its quota: an even flow, of which ten seconds' worth may come at once. It counts in this process only, so that a
/// request costs no round trip: instances times the quota may pass. Thread-safe.
/// </summary>
/// <remarks>The generic cell rate algorithm: of each task only the time is kept at which its flow would be level again.</remarks>
public sealed class TaskQuota(IOptions<QuotaOptions> options, TimeProvider time)
{
    private const int MostTasks = 4096;

    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _levelAt = new(StringComparer.Ordinal);

    /// <summary>Takes one request from the task's quota.</summary>
    /// <exception cref="ApiProblem">There is none left.</exception>
    internal void Take(string task)
    {
        var quota = options.Value.Of(task);
        if (quota == 0)
        {
            return;
        }

        var now = time.GetTimestamp();
        var each = time.TimestampFrequency * 60.0 / quota;
        var room = Math.Max(Burst.TotalSeconds * time.TimestampFrequency, each) - each;
        lock (_gate)
        {
            var levelAt = Math.Max(_levelAt.GetValueOrDefault(task, now), now);
            if (levelAt - now > room)
            {
                throw ApiProblems.QuotaUsedUp(task, quota, TimeSpan.FromSeconds((levelAt - now - room) / time.TimestampFrequency));
            }

            if (_levelAt.Count >= MostTasks)
            {
                ForgetLevel(now);
            }

            _levelAt[task] = levelAt + (long)each;
        }
    }

    /// <summary>Names that are asked for need not be tasks: those whose flow is level are as good as new.</summary>
    private void ForgetLevel(long now)
    {
        foreach (var level in _levelAt.Where(pair => pair.Value <= now).Select(pair => pair.Key).ToList())
        {
            _levelAt.Remove(level);
        }
    }
}
