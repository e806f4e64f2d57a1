using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.Inference.Datasets;
using Understudy.Inference.Lessons;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Workflows.Lessons;

/// <summary>
/// Gathers what the lead answers to direct requests and writes it in blocks, when one is full or old enough, off the callers' path. What has
/// not been written is written when the host stops, or lost and counted if the storage is away then; a crash loses <see cref="LessonOptions.BlockSeconds"/> at most. Thread-safe.
/// </summary>
public sealed partial class LessonBuffer : BackgroundService, ILessonSink
{
    private static readonly Meter Meter = new("Understudy.Workflows");
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>("understudy.lessons.dropped", "{lesson}", "Lessons dropped, because the storage was away for long, or when the host stopped.");

    private readonly LessonStore _store;
    private readonly TimeProvider _time;
    private readonly LessonOptions _options;
    private readonly ILogger<LessonBuffer> _logger;
    private readonly Channel<(string Task, DatasetRecord Lesson)> _waiting;
    private readonly Dictionary<string, Unwritten> _unwritten = new(StringComparer.Ordinal);

    public LessonBuffer(LessonStore store, TimeProvider time, IOptions<LessonOptions> options, ILogger<LessonBuffer> logger)
    {
        (_store, _time, _options, _logger) = (store, time, options.Value, logger);
        _waiting = Channel.CreateBounded<(string, DatasetRecord)>(
            new BoundedChannelOptions(_options.MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Dropped.Add(1));
    }

    /// <inheritdoc/>
    public void Offer(Release release, IReadOnlyList<PipelineItem> judged)
    {
        foreach (var item in judged)
        {
            if (item.Deferred)
            {
                Add(release.Manifest.Task, Lesson.Of(release, item, "request", _time.GetUtcNow()));
            }
        }
    }

    /// <summary>Adds a lesson, if it is one.</summary>
    internal void Add(string task, DatasetRecord? lesson)
    {
        if (lesson is not null)
        {
            _waiting.Writer.TryWrite((task, lesson));
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await base.StopAsync(cancellationToken); // a host that stops at once may never have let it begin
        while (_waiting.Reader.TryRead(out var lesson))
        {
            Take(lesson);
        }

        await WriteAsync(CancellationToken.None, isLast: true);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // What could not be written is tried again, whether or not more has come.
            while (_unwritten.Count > 0 || await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                await FillAsync(stoppingToken);
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops, and writes the rest.
        }
    }

    /// <summary>Waits until a block's worth has been added, or for as long as a lesson may wait.</summary>
    private async Task FillAsync(CancellationToken stopping)
    {
        using var old = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var timer = _time.CreateTimer(_ => old.Cancel(), null, TimeSpan.FromSeconds(_options.BlockSeconds), Timeout.InfiniteTimeSpan);
        try
        {
            for (var added = 0; added < _options.BlockLessons; added++)
            {
                Take(await _waiting.Reader.ReadAsync(old.Token));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ChannelClosedException)
        {
            // Time is up, or the host stops.
        }
    }

    private void Take((string Task, DatasetRecord Lesson) waiting)
    {
        if (!_unwritten.TryGetValue(waiting.Task, out var unwritten))
        {
            _unwritten[waiting.Task] = unwritten = new();
        }

        unwritten.Lessons.Add(waiting.Lesson);
    }

    /// <summary>What cannot be written stays for the next time, up to as many as may wait.</summary>
    /// <param name="cancellationToken">Heard.</param>
    /// <param name="isLast">There is no next time.</param>
    private async Task WriteAsync(CancellationToken cancellationToken, bool isLast = false)
    {
        foreach (var (task, unwritten) in _unwritten.ToList())
        {
            try
            {
                while (unwritten.Lessons.Count > 0)
                {
                    await WriteAsync(task, unwritten, cancellationToken);
                }

                _unwritten.Remove(task);
            }
            catch (Exception error) when (isLast)
            {
                LogLost(_logger, unwritten.Lessons.Count, error.Message);
                Dropped.Add(unwritten.Lessons.Count);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                // Whatever it was, a sign-in that failed among it: it may pass, and the lessons are still here.
                LogStorageAway(_logger, unwritten.Lessons.Count, error.Message);
                Dropped.Add(unwritten.Drop(_unwritten.Values.Sum(one => one.Lessons.Count) - _options.MostWaiting));
            }
        }
    }

    /// <summary>Writes a block; one that was tried before is the same again, and so has its name.</summary>
    private async Task WriteAsync(string task, Unwritten unwritten, CancellationToken cancellationToken)
    {
        unwritten.Tried = unwritten.Tried > 0 ? unwritten.Tried : Math.Min(unwritten.Lessons.Count, _options.BlockLessons);
        var block = unwritten.Lessons[..unwritten.Tried];
        await _store.WriteAsync(task, block, $"direct-{LessonStore.Digest(block.Select(lesson => $"{lesson.Id} {lesson.Teacher!.At:O}"))}", cancellationToken);
        unwritten.Lessons.RemoveRange(0, unwritten.Tried);
        unwritten.Tried = 0;
    }

    /// <summary>A task's lessons that are to be written, in the order in which they came.</summary>
    private sealed class Unwritten
    {
        public List<DatasetRecord> Lessons { get; } = [];

        /// <summary>How many the block has that could not be written, at their beginning; it may be there all the same.</summary>
        public int Tried { get; set; }

        /// <summary>Drops so many of the oldest.</summary>
        /// <returns>How many those were.</returns>
        public int Drop(int surplus)
        {
            surplus = Math.Clamp(surplus, 0, Lessons.Count);
            Lessons.RemoveRange(0, surplus);
            Tried = Math.Max(0, Tried - surplus);
            return surplus;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} lessons could not be stored yet; they are kept. {Reason}")]
    private static partial void LogStorageAway(ILogger logger, int count, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} lessons could not be stored and are lost, because the host stops. {Reason}")]
    private static partial void LogLost(ILogger logger, int count, string reason);
}
