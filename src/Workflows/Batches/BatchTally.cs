namespace Understudy.Workflows.Batches;

/// <summary>Adds up what the shards of a batch report, in the order in which they finish. Deterministic; lives in the workflow.</summary>
internal sealed class BatchTally(int total, DateTimeOffset startedAt)
{
    private const int LinesNamed = 100;

    private readonly SortedDictionary<string, int> _answeredBy = new(StringComparer.Ordinal);
    private readonly SortedSet<long> _malformedLines = [];
    private readonly SortedSet<int> _answeredShards = [];
    private readonly SortedSet<int> _judgedShards = [];
    private readonly SortedSet<int> _quarantinedShards = [];
    private readonly SortedSet<int> _unansweredShards = [];
    private int _answered;
    private int _deferred;
    private int _degraded;
    private double _modelMilliseconds;
    private double _leadMilliseconds;

    /// <summary>Those of which students answered records.</summary>
    public IReadOnlyList<int> AnsweredShards => [.. _answeredShards];

    /// <summary>Those of which the lead was asked about records.</summary>
    public IReadOnlyList<int> JudgedShards => [.. _judgedShards];

    /// <summary>Those with lines that could not be read.</summary>
    public IReadOnlyList<int> QuarantinedShards => [.. _quarantinedShards];

    /// <summary>Those with lines that nobody answers.</summary>
    public IReadOnlyList<int> UnansweredShards => [.. _unansweredShards];

    public void Add(ShardOutcome outcome)
    {
        _answered += outcome.Cascade.Records;
        _deferred += outcome.Cascade.Deferred;
        _malformedLines.UnionWith(outcome.Cascade.MalformedLines);
        if (outcome.Cascade.MalformedLines.Count > 0)
        {
            _quarantinedShards.Add(outcome.Shard.Index);
        }

        if (outcome.Answers?.UnansweredLines is { } unanswered)
        {
            _answered -= unanswered.Count;
            _malformedLines.UnionWith(unanswered);
            _unansweredShards.Add(outcome.Shard.Index);
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
