using System.Collections.Concurrent;
using System.Threading.Channels;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;

namespace Understudy.Workflows.Quality;

/// <summary>
/// Counts this host's answers of tasks that are audited, and draws those that the lead is asked about. Nothing here waits: what finds no place
/// among the questions is not asked about, and the estimate knows. Thread-safe.
/// </summary>
internal sealed class QualityLog(TimeProvider time) : IAnswerObserver
{
    private const int MostWaiting = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Task, string Release, DateTimeOffset Hour), QualityCounts> _counts = [];
    private readonly HashSet<(string Task, DateOnly Day)> _changed = [];
    private readonly ConcurrentDictionary<string, AuditDraw> _draws = new();
    private readonly Channel<AuditQuestion> _questions = Channel.CreateBounded<AuditQuestion>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait });

    public ChannelReader<AuditQuestion> Questions => _questions.Reader;

    public void Voted(Release release, IReadOnlyList<PipelineItem> items)
    {
        if (release.Definition.Audit is not null && InputCounts.Of(release, items) is { } inputs)
        {
            Add(release.Manifest.Task, release.Manifest.Version, Hour(time.GetUtcNow()), new() { Inputs = inputs });
        }
    }

    public void Answered(Release release, IReadOnlyList<PipelineItem> items, IReadOnlyList<Answer> answers, bool store = true)
    {
        if (release.Definition.Audit is not { } audit)
        {
            return;
        }

        var (task, version, hour) = (release.Manifest.Task, release.Manifest.Version, Hour(time.GetUtcNow()));
        var counts = new QualityCounts();
        for (var i = 0; i < items.Count; i++)
        {
            var drawn = !items[i].Deferred && _draws.GetOrAdd(task, static (_, seed) => new(seed), audit.Seed).Next(audit.Share);
            counts += Count(release, items[i], answers[i], drawn);
            if (drawn)
            {
                _questions.Writer.TryWrite(new(task, version, items[i], Said(answers[i]), audit.Share, hour, store));
            }
        }

        Add(task, version, hour, counts);
    }

    /// <summary>Notes what the lead said.</summary>
    public void Audited(AuditQuestion question, bool agrees) => Add(question.Task, question.Release, question.Hour, new()
    {
        Audited = 1,
        Disagreed = agrees ? 0 : 1,
        DisagreedWeight = agrees ? 0 : 1 / question.Share,
    });

    /// <summary>Days of tasks with counts that were not taken yet.</summary>
    public IReadOnlyList<(string Task, DateOnly Day)> TakeChanged()
    {
        lock (_gate)
        {
            var changed = _changed.ToList();
            _changed.Clear();
            return changed;
        }
    }

    /// <summary>Says that the counts of a day could not be stored after all.</summary>
    public void GiveBack(string task, DateOnly day)
    {
        lock (_gate)
        {
            _changed.Add((task, day));
        }
    }

    /// <summary>All of a day.</summary>
    public IReadOnlyList<QualityBucket> Of(string task, DateOnly day)
    {
        lock (_gate)
        {
            return [.. _counts.Where(entry => entry.Key.Task == task && DayOf(entry.Key.Hour) == day).Select(entry => new QualityBucket(entry.Key.Release, entry.Key.Hour, entry.Value))];
        }
    }

    /// <summary>Lets go of counts of earlier days, once all that was taken is stored.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            foreach (var past in _counts.Keys.Where(key => DayOf(key.Hour) < Horizon() && !_changed.Contains((key.Task, DayOf(key.Hour)))).ToList())
            {
                _counts.Remove(past);
            }
        }
    }

    /// <summary>The first day that is still kept. A stored day is written whole, so it is let go whole, and nothing is added to it then.</summary>
    private DateOnly Horizon() => DayOf(time.GetUtcNow()).AddDays(-2);

    private static QualityCounts Count(Release release, PipelineItem item, Answer answer, bool drawn)
    {
        if (!item.Deferred)
        {
            return new() { Undeferred = 1, Drawn = drawn ? 1 : 0 };
        }

        return answer.Receipt.Degraded
            ? new() { Degraded = 1 }
            : new() { Deferred = 1, DeferredAgreed = Said(answer) == Said(release, item.Votes[^1]) ? 1 : 0 };
    }

    internal static string Said(Release release, TierVote vote) => vote.Completion ?? release.Manifest.Labels[vote.Label];

    private static string Said(Answer answer) => answer.Completion ?? answer.Label!;

    private static DateTimeOffset Hour(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    private static DateOnly DayOf(DateTimeOffset hour) => DateOnly.FromDateTime(hour.UtcDateTime);

    private void Add(string task, string release, DateTimeOffset hour, QualityCounts counts)
    {
        lock (_gate)
        {
            if (DayOf(hour) < Horizon())
            {
                return; // asked about days later
            }

            _counts[(task, release, hour)] = _counts.GetValueOrDefault((task, release, hour), new()) + counts;
            _changed.Add((task, DayOf(hour)));
        }
    }
}
