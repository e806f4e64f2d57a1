using System.Collections.Concurrent;
using System.Globalization;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// Looks for a task's new lessons again and again at a cost that does not grow with what was kept: every time where new ones are written (the days
/// that just were) and where people drop files (directly under the task), and everywhere once an hour and once a day begins. Thread-safe.
/// </summary>
internal sealed class NoticedLessons(LessonShelf shelf, TimeProvider time)
{
    private static readonly TimeSpan Everywhere = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Earlier> _earlier = new();

    /// <summary>The new ones, oldest first, and how many lessons the task has in all, roughly.</summary>
    public async Task<(IReadOnlyList<LessonBlob> Fresh, long All)> LookAsync(string task, LessonMark mark, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        string[] days = [Day(now.AddDays(-1)), Day(now)];
        if (!_earlier.TryGetValue(task, out var earlier) || now - earlier.At >= Everywhere || earlier.Day != days[1])
        {
            var rest = (await shelf.ListAsync(task, cancellationToken)).Where(blob => !IsRecent(blob.Name[(task.Length + 1)..], days)).ToList();
            _earlier[task] = earlier = new(now, days[1], [.. rest.Where(mark.IsNew)], LessonShelf.Count(rest));
        }

        List<LessonBlob> recent = [.. await shelf.ListDirectlyAsync(task, cancellationToken)];
        foreach (var day in days)
        {
            recent.AddRange(await shelf.ListAsync(task, cancellationToken, day));
        }

        var fresh = earlier.Fresh.Concat(recent).Where(mark.IsNew).OrderBy(blob => blob.ModifiedAt).ThenBy(blob => blob.Name, StringComparer.Ordinal);
        return ([.. fresh], earlier.Lessons + LessonShelf.Count(recent));
    }

    private static bool IsRecent(string name, string[] days) => !name.Contains('/') || days.Any(day => name.StartsWith(day, StringComparison.Ordinal));

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy'/'MM'/'dd'/'", CultureInfo.InvariantCulture);

    /// <summary>What was found elsewhere when all was looked through.</summary>
    private sealed record Earlier(DateTimeOffset At, string Day, IReadOnlyList<LessonBlob> Fresh, long Lessons);
}
