using Azure;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Releases;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Retention;

/// <summary>Deletes the lessons that are older than their task keeps them, whether or not anything is learned from them. Thread-safe.</summary>
public sealed partial class LessonRetention(BlobServiceClient blobs, ReleaseCatalog catalog, TimeProvider time, ILogger<LessonRetention> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private readonly LessonShelf _shelf = new(blobs);
    private long _nextTicks;

    /// <summary>Does so, once an hour however often it is called.</summary>
    /// <returns>How many blobs went.</returns>
    public async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        var (now, next) = (time.GetUtcNow(), Interlocked.Read(ref _nextTicks));
        if (now.Ticks < next || Interlocked.CompareExchange(ref _nextTicks, (now + Pause).Ticks, next) != next)
        {
            return 0;
        }

        var deleted = 0;
        foreach (var task in catalog.ValidTasks((name, invalid) => LogKept(logger, name, invalid.Message)))
        {
            try
            {
                deleted += await _shelf.ForgetAsync(task.Name, now - TimeSpan.FromDays(task.Lessons.RetentionDays), cancellationToken);
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException)
            {
                LogKept(logger, task.Name, error.Message); // the others' do not wait with it
            }
        }

        return deleted;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lessons of {Task} that are too old could not be deleted; again in an hour. {Reason}")]
    private static partial void LogKept(ILogger logger, string task, string reason);
}
