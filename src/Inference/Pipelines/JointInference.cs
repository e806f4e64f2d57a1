using System.Runtime.ExceptionServices;
using Understudy.Inference.Leads;
using Understudy.Inference.Lessons;
using Understudy.Inference.Quality;
using Understudy.Inference.Receipts;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Pipelines;

/// <summary>
/// The joint-inference pipeline: compress, cascade, verify, stack. <see cref="InferAsync"/> runs the four stages in process; the durable
/// path calls them one by one and carries the items between them. Thread-safe.
/// </summary>
/// <param name="releases">Where releases come from.</param>
/// <param name="time">Measures what models take.</param>
/// <param name="leads">Reaches leads behind endpoints; owned by the caller.</param>
/// <param name="lessons">Is offered what the lead answers to <see cref="InferAsync"/>; the durable path keeps that itself.</param>
/// <param name="observer">Sees the answers of <see cref="InferAsync"/>; the durable path shows it its own.</param>
public sealed class JointInference(
    IReleaseSource releases, TimeProvider? time = null, LeadConnections? leads = null, ILessonSink? lessons = null, IAnswerObserver? observer = null)
{
    /// <summary>The activity source and the meter of everything in this assembly.</summary>
    public const string TelemetryName = InferenceTelemetry.Name;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly TierScorer _shared = new(shared: true, time ?? TimeProvider.System);
    private readonly TierScorer _alone = new(shared: false, time ?? TimeProvider.System);
    private readonly LeadConnections _leads = leads ?? new(time: time);

    /// <summary>Who has the last word instead of what the task says; null for the task's own lead.</summary>
    internal ILead? OtherLead { get; init; }

    /// <summary>
    /// Answers every input, in order, on one release throughout. Concurrent calls share runs of the slower models; a model that is idle
    /// is run at once on the caller's thread, so a lone call pays nothing for that.
    /// </summary>
    /// <param name="task">The task's name.</param>
    /// <param name="inputs">Any number, none included.</param>
    /// <param name="cancellationToken">Heard between runs of a model.</param>
    /// <param name="release">A version, or <see langword="null"/> for the stable one.</param>
    /// <param name="onText">
    /// Told the pieces of what the release's lead writes, as it writes them, where there is one input; null for nobody. What a student writes
    /// is only an answer once it is whole, and is not told. Should the lead fail midway, the answer begins otherwise than what was told.
    /// </param>
    /// <param name="store">Whether the lead's answers may be kept as lessons.</param>
    /// <param name="verify">Whether the lead is asked about every input, however sure a student is.</param>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="ReleaseNotFoundException">There is no such release, or none is stable.</exception>
    /// <exception cref="ReleaseInvalidException">The release cannot be loaded.</exception>
    /// <exception cref="InputTooLongException">An input is too long for the lead of a task that is written.</exception>
    /// <exception cref="Understudy.Inference.Batching.OverloadedException">Too many texts wait for a model.</exception>
    /// <exception cref="LeadAwayException">The lead is away, and the task waits for it; or it is away or refuses an input, and no student could answer.</exception>
    /// <exception cref="Understudy.Inference.Budgets.BudgetSpentException">The same where the day's budget for the lead is used up.</exception>
    public async Task<IReadOnlyList<Answer>> InferAsync(
        string task, IReadOnlyList<InferenceInput> inputs, CancellationToken cancellationToken = default, string? release = null, Action<string>? onText = null,
        bool store = true, bool verify = false)
    {
        var start = _time.GetTimestamp();
        using var activity = InferenceTelemetry.StartRequest(task, inputs.Count);
        string? operation = null;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var lease = releases.Acquire(task, release);
            var current = lease.Release;
            operation = InferenceTelemetry.Operation(current, activity);
            InputTooLongException.ThrowIfAny(current, inputs);
            var items = Compress(current, Items(inputs));
            items = Asking(verify, await CascadeStage.RunAsync(current, items, _shared, cancellationToken).ConfigureAwait(false));
            if (!verify)
            {
                observer?.Voted(current, items);
            }

            var absence = current.Definition.WaitsForLead ? LeadAbsence.Refuse : LeadAbsence.Degrade;
            var writer = onText is not null && inputs.Count == 1 ? new TierScorer(shared: true, _time, onText) : _shared;
            items = await VerifyStage.RunAsync(current, items, Lead(current, writer, hurry: true), _shared, absence, marks: false, cancellationToken).ConfigureAwait(false);
            if (store)
            {
                lessons?.Offer(current, items);
            }

            var answers = Stack(current, items);
            observer?.Answered(current, items, answers, store);
            InferenceTelemetry.Answered(operation, task, current.Manifest.Version, items.Count(i => i.Deferred), _time.GetElapsedTime(start), activity);
            return answers;
        }
        catch (Exception error)
        {
            InferenceTelemetry.Failed(operation, task, error, _time.GetElapsedTime(start), activity);
            throw;
        }
    }

    /// <summary>Stage 1: what the models read, in <see cref="PipelineItem.CompressedInput"/> where it is not the input itself.</summary>
    public IReadOnlyList<PipelineItem> Compress(Release release, IReadOnlyList<PipelineItem> items)
    {
        var result = new PipelineItem[items.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = CompressStage.Run(release, items[i], _time);
        }

        return result;
    }

    /// <summary>
    /// Stage 2: the students. Sets <see cref="PipelineItem.Deferred"/> where none was sure enough, and everywhere if the caller wants the lead to
    /// <paramref name="verify"/> what they say.
    /// </summary>
    public async Task<IReadOnlyList<PipelineItem>> CascadeAsync(
        Release release, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken = default, bool verify = false) =>
        Asking(verify, await CascadeStage.RunAsync(release, items, _alone, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Stage 3: the lead, on the deferred items only. If it fails, they keep the students' votes and the stage's outcome is <c>failed</c>;
    /// if they <paramref name="mayWait"/>, they stay open instead (<see cref="AwaitsLead"/>), and the stage can be run on them again. What the
    /// lead refuses stays open only where <paramref name="leadOnly"/> is set. What no student can answer either is marked
    /// (<see cref="PipelineItem.Unanswered"/>) and is not to be stacked: it is refused, or stays open. Without <paramref name="marks"/> it is as
    /// in <see cref="InferAsync"/>: an exception, or a text of no confidence beside others' answers.
    /// </summary>
    /// <param name="memory">What the lead said before, and takes in what it says; null to ask it about each.</param>
    /// <param name="leadOnly">Whether nobody else's answer is of use.</param>
    /// <param name="limit">How long questions to a lead behind an endpoint are begun; null for no end. Items whose turn has not come by then stay open, whatever else holds.</param>
    public async Task<IReadOnlyList<PipelineItem>> VerifyAsync(
        Release release, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken = default, bool mayWait = false, LeadMemory? memory = null, bool leadOnly = false,
        bool marks = true, TimeSpan? limit = null)
    {
        var lead = Lead(release, _alone, hurry: false, limit);
        var absence = leadOnly ? LeadAbsence.Open : mayWait ? LeadAbsence.Wait : LeadAbsence.Degrade;
        return await VerifyStage.RunAsync(release, items, memory is null ? lead : new RememberingLead(lead, memory), _alone, absence, marks, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the lead says of an item that a student answered, and it is not told what the student said.</summary>
    /// <exception cref="LeadAwayException">It is away.</exception>
    /// <exception cref="Understudy.Inference.Budgets.BudgetSpentException">The day's budget for it is used up.</exception>
    public async Task<TierVote> AuditAsync(Release release, PipelineItem item, CancellationToken cancellationToken = default)
    {
        var lead = Lead(release, _alone, hurry: false);
        var ruling = (await lead.RuleAsync(release, [lead.ReadsStudents(release) ? item with { Votes = [] } : item], cancellationToken).ConfigureAwait(false))[0];
        if (ruling.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return ruling.Vote!;
    }

    /// <summary>Whether stage 3 is still to be run on an item, or found the lead away and left it open.</summary>
    public static bool AwaitsLead(PipelineItem item) => VerifyStage.IsOpen(item);

    /// <summary>Whether stage 3 found the lead there: it answered an item, or refused it.</summary>
    public static bool HeardFromLead(PipelineItem item) => VerifyStage.IsHeard(item);

    /// <summary>Whether stage 3 found that the lead does not take an item, which no student can answer either: there is no answer.</summary>
    public static bool IsRefused(PipelineItem item) => item.Unanswered is not null && !AwaitsLead(item);

    /// <summary>Whether a student failed in stage 2 and was passed over.</summary>
    public static bool HasFailure(IReadOnlyList<ReceiptStage> stages) => CascadeStage.HasFailure(stages);

    /// <summary>Stage 4: one answer for each item, with its receipt.</summary>
    /// <exception cref="InvalidOperationException">An item has no votes, because the stages before were not run.</exception>
    /// <param name="count">False for answers that are only looked at: each counts once in the metrics.</param>
    public IReadOnlyList<Answer> Stack(Release release, IReadOnlyList<PipelineItem> items, bool count = true)
    {
        var result = new Answer[items.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = StackStage.Run(release, items[i]);
            if (count)
            {
                AnswerMetrics.Add(result[i].Receipt, release.Lead.Name);
            }
        }

        return result;
    }

    private static IReadOnlyList<PipelineItem> Asking(bool everything, IReadOnlyList<PipelineItem> items) =>
        everything ? [.. items.Select(item => item.Deferred ? item : item with { Deferred = true })] : items;

    private static PipelineItem[] Items(IReadOnlyList<InferenceInput> inputs)
    {
        var items = new PipelineItem[inputs.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = new() { Id = inputs[i].Id, Input = inputs[i].Text };
        }

        return items;
    }

    private ILead Lead(Release release, TierScorer scorer, bool hurry, TimeSpan? limit = null) =>
        OtherLead ?? release.Definition switch
        {
            { Lead.IsRemote: true } => new RemoteLead(_leads, scorer, hurry, limit, _time),
            { Budget: { } budget } => new PaidLead(new ReleaseLead(scorer), budget, _leads.Budgets, _time),
            _ => new ReleaseLead(scorer),
        };
}
