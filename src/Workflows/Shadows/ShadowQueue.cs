using System.Collections.Concurrent;
using System.Threading.Channels;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Shadows;

/// <summary>
/// What candidates are to be asked about, on its way off the callers' path. Nothing here waits: what finds no place is dropped and counted.
/// Nothing of an input is kept but in memory. Thread-safe.
/// </summary>
internal sealed class ShadowQueue : IAnswerObserver
{
    /// <summary>Inputs at a time, of all tasks.</summary>
    private const int MostWaiting = 256;

    private readonly Channel<ShadowRequest> _requests = Channel.CreateBounded<ShadowRequest>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly ConcurrentDictionary<string, string> _watched = new();
    private readonly ConcurrentDictionary<string, long> _dropped = new();
    private int _waiting;
    private int _answered;

    /// <summary>Begins to take in what a release of the task answers.</summary>
    public void Watch(string task, string release) => _watched[task] = release;

    public void Forget(string task)
    {
        _watched.TryRemove(task, out _);
        _dropped.TryRemove(task, out _);
    }

    /// <summary>Whether anything was answered since this was last asked: without traffic there is nothing to look for.</summary>
    public bool TakeAnswered() => Interlocked.Exchange(ref _answered, 0) != 0;

    /// <summary>How many inputs of a task were dropped since this was last asked.</summary>
    public long TakeDropped(string task) => _dropped.TryRemove(task, out var count) ? count : 0;

    public async IAsyncEnumerable<ShadowRequest> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var request in _requests.Reader.ReadAllAsync(cancellationToken))
        {
            yield return request;
            Interlocked.Add(ref _waiting, -request.Inputs.Count);
        }
    }

    public void Answered(Release release, IReadOnlyList<PipelineItem> items, IReadOnlyList<Answer> answers, bool store = true)
    {
        Volatile.Write(ref _answered, 1);
        if (IsWatched(release))
        {
            Add(release.Manifest.Task, [.. items.Zip(answers, (item, answer) => Input(release, item, LessonAnswer.Of(answer), IsDrawn(release, item.Input)))]);
        }
    }

    /// <summary>Takes in what the lead said of an answer that an audit drew.</summary>
    public void Audited(Release release, PipelineItem item, TierVote ruling)
    {
        if (IsWatched(release))
        {
            Add(release.Manifest.Task, [Input(release, item with { Votes = [.. item.Votes, ruling] }, null, isDrawn: true)]);
        }
    }

    private bool IsWatched(Release release) => _watched.TryGetValue(release.Manifest.Task, out var version) && version == release.Manifest.Version;

    private void Add(string task, List<ShadowInput> inputs)
    {
        // Of more than there is place for, as of a batch, some are asked about, evenly spread: its first may be alike.
        var free = Math.Max(0, MostWaiting - Volatile.Read(ref _waiting));
        var taken = inputs.Count <= free ? inputs : [.. Enumerable.Range(0, free).Select(i => inputs[(int)((long)i * inputs.Count / free)])];
        if (taken.Count > 0 && (Interlocked.Add(ref _waiting, taken.Count) > MostWaiting || !_requests.Writer.TryWrite(new(task, taken))))
        {
            Interlocked.Add(ref _waiting, -taken.Count);
            taken = [];
        }

        if (inputs.Count > taken.Count)
        {
            _dropped.AddOrUpdate(task, inputs.Count - taken.Count, (_, before) => before + inputs.Count - taken.Count);
        }
    }

    /// <summary>What students pass on is ruled on for certain, and the rest with the audit's chance: at that chance the former is drawn too. A text's draw is always the same.</summary>
    private static bool IsDrawn(Release release, string text) => release.Definition.Audit is { } audit && LessonSplit.Hash(text, seed: 3) <= ulong.MaxValue * audit.Share;

    private static ShadowInput Input(Release release, PipelineItem item, string? returned, bool isDrawn)
    {
        var isRuled = item.Votes.Count > 0 && item.Votes[^1].Tier == release.Lead.Name;
        var students = isRuled ? item with { Votes = [.. item.Votes.SkipLast(1)] } : item;
        var labels = release.Manifest.Labels;
        return new(
            item.Input,
            returned,
            isRuled ? LessonAnswer.Of(labels, item.Votes[^1]) : null,
            students.Surest() is { } surest ? LessonAnswer.Of(labels, surest) : null,
            students.Votes.Count > 0 ? students.Votes.Sum(vote => vote.Milliseconds) : null,
            isRuled && isDrawn);
    }
}
