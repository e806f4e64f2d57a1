using Microsoft.Extensions.Options;
using Understudy.Api.Problems;
using Understudy.Inference.Releases;

namespace Understudy.Api.Quotas;

/// <summary>
/// Holds every task to its quota: an even flow, of which ten seconds' worth may come at once. It counts in this process only, so that a
/// request costs no round trip: instances times the quota may pass. Thread-safe.
/// </summary>
/// <remarks>The generic cell rate algorithm: of each task only the time is kept at which its flow would be level again.</remarks>
public sealed class TaskQuota(IOptions<QuotaOptions> options, ReleaseCatalog catalog, TimeProvider time)
{
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _levelAt = new(StringComparer.Ordinal);

    /// <summary>Takes one request from the task's quota.</summary>
    /// <exception cref="ApiProblem">There is none left.</exception>
    /// <exception cref="Inference.Tasks.TaskNotFoundException">There is no such task: nothing is kept of a name that is made up.</exception>
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
            if (!_levelAt.ContainsKey(task))
            {
                catalog.Task(task);
            }

            var levelAt = Math.Max(_levelAt.GetValueOrDefault(task, now), now);
            if (levelAt - now > room)
            {
                throw ApiProblems.QuotaUsedUp(task, quota, TimeSpan.FromSeconds((levelAt - now - room) / time.TimestampFrequency));
            }

            _levelAt[task] = levelAt + (long)each;
        }
    }
}
