using System.ComponentModel.DataAnnotations;

namespace Understudy.Api.Quotas;

/// <summary>What each task may be asked in a minute, by every instance of the host; section <c>Quota</c> of the configuration, validated on start.</summary>
public sealed class QuotaOptions
{
    public const string Section = "Quota";

    /// <summary>Requests a minute for a task that <see cref="Tasks"/> does not name; 0 for no quota.</summary>
    [Range(0, 10_000_000)]
    public int RequestsPerMinute { get; set; }

    /// <summary>Requests a minute by task; 0 for no quota. A task's hyphens may be underscores, since a setting of an app on Linux has none.</summary>
    public IDictionary<string, int> Tasks { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    public int Of(string task) =>
        Tasks.TryGetValue(task, out var own) || Tasks.TryGetValue(task.Replace('-', '_'), out own) ? own : RequestsPerMinute;
}
