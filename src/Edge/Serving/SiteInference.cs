using Understudy.Edge.Escalation;
using Understudy.Edge.Releases;
using Understudy.Edge.Reports;
using Understudy.Edge.Updates;
using Understudy.Inference.Batching;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Tasks;

namespace Understudy.Edge.Serving;

/// <summary>
/// Answers inputs with what serves at the site, keeps count, remembers what the cloud should see, and takes a release back that fails too often.
/// Thread-safe.
/// </summary>
internal sealed partial class SiteInference(
    SiteReleases releases, CloudClient cloud, ReleaseSwap swap, TaskAccounts accounts, EscalationQueue queue, StatusReporter reporter, TimeProvider time, ILogger<SiteInference> logger)
{
    private readonly JointInference _inference = new(releases, time, observer: new SiteInputs(releases, accounts)) { OtherLead = new CloudLead(cloud, store: true, time) };
    private readonly JointInference _forgetful = new(releases, time, observer: new SiteInputs(releases, accounts)) { OtherLead = new CloudLead(cloud, store: false, time) };

    private volatile bool _cannotKeep;

    /// <summary>Answers in order.</summary>
    /// <param name="task">The task.</param>
    /// <param name="inputs">At least one.</param>
    /// <param name="store">Whether inputs may be kept, for the cloud or by it, as far as their task keeps any.</param>
    /// <param name="verify">Whether the lead is asked about every input, however sure a student is.</param>
    /// <exception cref="TaskNotFoundException">No release of it serves here.</exception>
    /// <exception cref="LeadAwayException">The cloud is away and no student may, or can, answer.</exception>
    /// <exception cref="InputTooLongException">An input is too long for the lead, where that came along.</exception>
    /// <exception cref="OverloadedException">Too many texts wait for a model.</exception>
    public async Task<IReadOnlyList<Answer>> AnswerAsync(string task, IReadOnlyList<InferenceInput> inputs, bool store, bool verify, CancellationToken cancellationToken)
    {
        string package;
        LessonPolicy lessons;
        bool waits;
        using (var lease = releases.Acquire(task, null, out package))
        {
            (lessons, waits) = (lease.Release.Definition.Lessons, lease.Release.Definition.WaitsForLead);
        }

        store &= lessons.Keep;

        var inference = store ? _inference : _forgetful;
        IReadOnlyList<Answer> answers;
        try
        {
            answers = await inference.InferAsync(task, inputs, cancellationToken, verify: verify);
        }
        catch (Exception error) when (!(error is OperationCanceledException or OverloadedException or TaskNotFoundException or InputTooLongException or LeadAwayException { StudentFailed: false }))
        {
            if (await CountAsync(task, package, inputs.Select(_ => true), cancellationToken) is not { } other)
            {
                throw;
            }

            package = other;
            answers = await inference.InferAsync(task, inputs, cancellationToken, verify: verify); // by what served before
        }

        foreach (var (input, answer) in inputs.Zip(answers))
        {
            Account(task, package, input, answer, store && !waits, lessons.Redact); // where callers wait, a student answers only what the lead refuses for good
        }

        await CountAsync(task, package, answers.Select(answer => JointInference.HasFailure(answer.Receipt.Stages)), cancellationToken);
        return answers;
    }

    /// <param name="keep">Whether what the lead could not be asked about waits for it.</param>
    private void Account(string task, string package, InferenceInput input, Answer answer, bool keep, bool redact)
    {
        var receipt = answer.Receipt;
        var deferred = OutcomeOf("cascade") == "deferred"; // of what a caller has verified, the others are not what students are unsure of
        var verify = deferred ? OutcomeOf("verify") : null;
        accounts.Add(task, package, new()
        {
            Answers = JointInference.HasFailure(receipt.Stages) ? 0 : 1, // else it counts as an error
            Degraded = receipt.Degraded ? 1 : 0,
            Escalated = verify is "accepted" or "overridden" ? 1 : 0,
            Agreed = verify == "accepted" ? 1 : 0,
        });
        if (receipt.Degraded && deferred && keep)
        {
            Keep(new(Guid.CreateVersion7().ToString("N"), task, input.Text, answer.Label ?? answer.Completion, answer.Confidence, receipt.Release, time.GetUtcNow(), redact, package));
        }

        string? OutcomeOf(string stage) => receipt.Stages.FirstOrDefault(one => one.Name == stage)?.Outcome;
    }

    /// <summary>A disk that takes nothing costs the caller no answer.</summary>
    private void Keep(QueuedInput input)
    {
        try
        {
            queue.Add(input);
            _cannotKeep = false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            accounts.Add(input.Task, input.Package, new() { Dropped = 1 });
            if (!_cannotKeep)
            {
                LogCannotKeep(logger, error.Message);
            }

            _cannotKeep = true;
        }
    }

    /// <returns>The package that serves in its place by now; null for none.</returns>
    private async Task<string?> CountAsync(string task, string package, IEnumerable<bool> failed, CancellationToken cancellationToken)
    {
        var tooMany = false;
        foreach (var one in failed)
        {
            accounts.Add(task, package, new() { Errors = one ? 1 : 0 });
            tooMany |= accounts.Judge(task, package, one);
        }

        try
        {
            if (tooMany && await swap.RollBackAsync(task, package, "too many inputs failed", cancellationToken))
            {
                reporter.MarkChanged(task);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotRemembered(logger, task, package, error.Message);
            reporter.MarkChanged(task);
        }

        return releases.PackageOf(task) is { } now && now != package ? now : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Task}: package {Package} was taken back, which cannot be written down: after a restart it would serve again. Make room in the data folder, or make it writable. {Reason}")]
    private static partial void LogNotRemembered(ILogger logger, string task, string package, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Inputs that the cloud should see cannot be kept for it and are let go until they can. Make room in the data folder, or make it writable. {Reason}")]
    private static partial void LogCannotKeep(ILogger logger, string reason);
}
