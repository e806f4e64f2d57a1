using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// Hears of each blob with lessons, and looks whether they are enough for a retraining: for a task once in a while, because a look lists all its
/// lessons and they come by the second. What is not looked at, or fails, the regular look makes up for. Thread-safe.
/// </summary>
public sealed partial class LessonNotices(RetrainStarter starter, TimeProvider time, ILogger<LessonNotices> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, long> _looked = new();

    /// <param name="blob">A name in <c>teacher-outputs</c>, <c>{task}/…</c>.</param>
    /// <returns>The operation's id; null when none was started.</returns>
    public async Task<string?> HearAsync(string blob, CancellationToken cancellationToken)
    {
        var task = blob.Split('/')[0];
        if (task == blob || !IsTurn(task))
        {
            return null;
        }

        try
        {
            return await starter.NoticeAsync(task, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Thrown on, the host would set the lessons aside after a few tries, and nothing is wrong with them.
            LogLater(logger, task, exception.Message.Split('\n')[0]);
            return null;
        }
    }

    private bool IsTurn(string task)
    {
        var now = time.GetTimestamp();
        return _looked.TryGetValue(task, out var last)
            ? time.GetElapsedTime(last, now) >= Pause && _looked.TryUpdate(task, now, last)
            : _looked.TryAdd(task, now);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether task {Task} has lessons enough could not be seen; the regular look does it. {Reason}")]
    private static partial void LogLater(ILogger logger, string task, string reason);
}
