using Azure;
using Understudy.Inference.Pipelines;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Shadows;

/// <summary>A candidate at work on this host, with what was counted of it. Not thread-safe.</summary>
/// <param name="order">Why it is here.</param>
/// <param name="candidate">Loaded without its lead, so that nobody is asked twice; owned by this.</param>
/// <param name="name">Of the counts.</param>
internal sealed class ShadowCandidate(ShadowOrder order, LoadedCandidate candidate, string name) : IDisposable
{
    public ShadowOrder Order => order;

    /// <summary>Names what this host counts from now on.</summary>
    public string Name => name;

    /// <summary>Of what was last written of it; null for nothing.</summary>
    public ETag? Written { get; set; }

    /// <summary>Whether there is more than was written.</summary>
    public bool IsNew { get; set; } = true;

    public ShadowCounts Counts { get; private set; } = new();

    public void Add(ShadowCounts counts) => (Counts, IsNew) = (Counts + counts, true);

    /// <summary>Asks its students about inputs and counts what they say. What they say goes nowhere else.</summary>
    public async Task AskAsync(JointInference inference, IReadOnlyList<ShadowInput> inputs, CancellationToken cancellationToken)
    {
        IReadOnlyList<PipelineItem> voted;
        try
        {
            var items = inference.Compress(candidate.Release, [.. inputs.Select((input, i) => new PipelineItem { Id = $"{i}", Input = input.Text })]);
            voted = await inference.CascadeAsync(candidate.Release, items, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            var live = inputs.Count(input => input.Returned is not null);
            Add(new() { Inputs = live, Errors = live });
            return;
        }

        Add(inputs.Zip(voted, (input, item) => Count(inference, input, item)).Aggregate(new ShadowCounts(), (sum, counts) => sum + counts));
    }

    public void Dispose() => candidate.Dispose();

    private ShadowCounts Count(JointInference inference, ShadowInput input, PipelineItem item)
    {
        var says = item.Surest() is { } surest ? LessonAnswer.Of(candidate.Release.Manifest.Labels, surest) : null;
        var (stable, fresh) = (input.Students == input.Ruling, says == input.Ruling);
        var counts = input.Ruling is null ? new ShadowCounts() : new()
        {
            BothRight = stable && fresh ? 1 : 0,
            StableOnly = stable && !fresh ? 1 : 0,
            CandidateOnly = fresh && !stable ? 1 : 0,
            NeitherRight = !stable && !fresh ? 1 : 0,
            Drawn = input.IsDrawn ? 1 : 0,
            DrawnStableOnly = input.IsDrawn && stable && !fresh ? 1 : 0,
            DrawnCandidateOnly = input.IsDrawn && fresh && !stable ? 1 : 0,
        };
        return input.Returned is null ? counts : counts with
        {
            Inputs = 1,
            Errors = JointInference.HasFailure(item.Stages) ? 1 : 0,
            Answered = item.Deferred ? 0 : 1,
            Agreed = !item.Deferred && Said(inference, item) == input.Returned ? 1 : 0,
            StableTimes = input.Milliseconds is { } took ? TimeCounts.Of(took) : new(),
            CandidateTimes = input.Milliseconds is not null ? TimeCounts.Of(item.Votes.Sum(vote => vote.Milliseconds)) : new(),
        };
    }

    private string Said(JointInference inference, PipelineItem item) => LessonAnswer.Of(inference.Stack(candidate.Release, [item], count: false)[0]);
}
