namespace Understudy.Workflows.Batches;

/// <summary>Adds up what the shards of a batch report, in the order in which they finish. Deterministic; lives in the workflow.</summary>
internal sealed class BatchTally(int total, DateTimeOffset startedAt)
{
    private const int LinesNamed = 100;

    /// <summary>Records after which a lead that has answered none of them is taken to answer nobody.</summary>
    private const int EnoughAsked = 20;

    private readonly SortedDictionary<string, int> _answeredBy = new(StringComparer.Ordinal);
    private readonly SortedSet<long> _malformedLines = [];
    private readonly SortedSet<int> _answeredShards = [];
    private readonly SortedSet<int> _judgedShards = [];
    private readonly SortedSet<int> _quarantinedShards = [];
    private int _answered;
    private int _asked;
    private int _unanswered;
    private int _failed;
    private string? _failure;
    private int _deferred;
    private int _degraded;
    private double _modelMilliseconds;
    private double _leadMilliseconds;

    /// <summary>Those of which students answered records.</summary>
    public IReadOnlyList<int> AnsweredShards => [.. _answeredShards];

    /// <summary>Those of which the lead was asked about records.</summary>
    public IReadOnlyList<int> JudgedShards => [.. _judgedShards];

    public IReadOnlyList<int> QuarantinedShards => [.. _quarantinedShards];

    /// <summary>Why the lead, in whose place no student can answer, answers nobody: not the records are at fault then. Null where it answers some, or nothing is known yet.</summary>
    /// <param name="isLast">No shard is left.</param>
    /// <param name="refusalsCount">Whether a line that it refuses is one more that it does not answer, as runs of before have it; otherwise most must have failed for the batch to end early.</param>
    public string? Silence(bool isLast, bool refusalsCount = false)
    {
        var isEnough = _asked >= EnoughAsked && (refusalsCount || 2 * _failed > _asked);
        return _unanswered == _asked && (isEnough || (isLast && _answered == 0)) ? _failure : null;
    }

    public void Add(ShardOutcome outcome)
    {
        _answered += outcome.Cascade.Records;
        _deferred += outcome.Cascade.Deferred;
        _malformedLines.UnionWith(outcome.Cascade.MalformedLines);
        if (outcome.Cascade.MalformedLines.Count > 0)
        {
            _quarantinedShards.Add(outcome.Shard.Index);
        }

        _asked += outcome.Cascade.Deferred;
        if (outcome.Verified is { Failure: { } failure } verified)
        {
            _failed += verified.Away;
            _failure ??= failure;
        }

        if (outcome.Answers?.UnansweredLines is { } unanswered)
        {
            _answered -= unanswered.Count;
            _unanswered += unanswered.Count;
            _malformedLines.UnionWith(unanswered);
            _quarantinedShards.Add(outcome.Shard.Index);
        }

        Add(outcome.Cascade.Answers, outcome.Shard, _answeredShards);
        Add(outcome.Answers, outcome.Shard, _judgedShards);
    }

    public BatchProgress Progress(string stage, DateTimeOffset now)
    {
        var done = _answered + _malformedLines.Count;
        var seconds = (now - startedAt).TotalSeconds;
        var pace = done > 0 && seconds > 0 ? done / seconds : 0;
        DateTimeOffset? expected = pace > 0 ? now.AddSeconds((total - done) / pace) : null;
        var shares = _answeredBy.ToDictionary(pair => pair.Key, pair => Math.Round((double)pair.Value / _answered, 4));
        return new(stage, done, total, shares, _malformedLines.Count, Math.Round(pace, 1), expected);
    }

    public BatchSummary Summary(BatchInput input, MergeOutput merged, int shards, DateTimeOffset now) => new(
        input.Task,
        input.Release,
        $"{Blobs.BlobContainers.Batches}/{input.Blob}",
        merged.Results,
        merged.Quarantine,
        total,
        _answered,
        _malformedLines.Count,
        [.. _malformedLines.Take(LinesNamed)],
        new Dictionary<string, int>(_answeredBy),
        _deferred,
        _degraded,
        _modelMilliseconds,
        _leadMilliseconds,
        shards,
        startedAt,
        now);

    private void Add(ShardAnswers? answers, Shard shard, SortedSet<int> shards)
    {
        if (answers is null)
        {
            return;
        }

        shards.Add(shard.Index);
        foreach (var (tier, count) in answers.AnsweredBy)
        {
            _answeredBy[tier] = _answeredBy.GetValueOrDefault(tier) + count;
        }

        _degraded += answers.Degraded;
        _modelMilliseconds += answers.ModelMilliseconds;
        _leadMilliseconds += answers.LeadMilliseconds;
    }
}
