using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// Starts retrainings: by hand, or when a task has enough new lessons or old enough ones. One runs for a task at a time; what starts by itself
/// has an id that follows from the lessons seen so far, so that it starts once however often new ones are announced. Thread-safe.
/// </summary>
public sealed partial class RetrainStarter(
    IWorkflowClient workflows,
    ReleaseCatalog catalog,
    ITrainer trainer,
    BlobServiceClient blobs,
    IOptions<RetrainingOptions> options,
    TimeProvider time,
    ILogger<RetrainStarter> logger)
{
    /// <summary>What the ids of all retrainings begin with.</summary>
    internal const string Everyone = "retrain-";

    /// <summary>After a retraining that started by itself has failed, it is tried again after a pause, then after four times as long each, a day at most.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    private readonly LessonShelf _shelf = new(blobs);
    private readonly NoticedLessons _noticed = new(new(blobs), time);

    /// <summary>Held for a task from the look for one that runs until another has begun.</summary>
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new();

    /// <summary>Retrainings that are over and left their lessons, as far as the log says so.</summary>
    private readonly ConcurrentDictionary<string, bool> _over = new();

    /// <summary>Starts one by hand, or finds the one that runs, if that does what is asked for.</summary>
    /// <param name="task">The task.</param>
    /// <param name="fromServing">Whether the student goes on from the one that serves; null where it does not matter, and then it does.</param>
    /// <param name="shadowSeconds">How long it answers live inputs unseen before it may serve; null for what the settings say, or the one that runs.</param>
    /// <returns>The operation's id.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="RetrainingUnavailableException">Nothing can be trained here, or for this task.</exception>
    /// <exception cref="RetrainingRunsException">One runs, and does something else.</exception>
    public async Task<string> StartAsync(string task, bool? fromServing, CancellationToken cancellationToken, double? shadowSeconds = null)
    {
        var serving = Serving(task);
        if (trainer.Unavailable is { } reason)
        {
            throw new RetrainingUnavailableException(reason);
        }

        var turn = Turn(task);
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (await RunningAsync(task, cancellationToken) is { } running)
            {
                return running.Input?.Deserialize<RetrainInput>(DurableJson.Options) is not { } input || Does(input, fromServing, shadowSeconds)
                    ? running.InstanceId
                    : throw new RetrainingRunsException(running.InstanceId, input);
            }

            var id = $"{Prefix(task)}hand-{time.GetUtcNow():yyyyMMddHHmmssfff}";
            var asked = Input(task, serving, fromServing ?? true, "hand");
            asked = asked with { Settings = asked.Settings with { ShadowSeconds = shadowSeconds ?? asked.Settings.ShadowSeconds } };
            return await workflows.StartAsync(WorkflowNames.Retrain, asked, id, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Looks whether the lessons of a task are reason enough, and starts a retraining if they are.</summary>
    /// <returns>The operation's id; null when none was started.</returns>
    public async Task<string?> NoticeAsync(string task, CancellationToken cancellationToken)
    {
        if (!options.Value.Automatic || trainer.Unavailable is not null)
        {
            return null;
        }

        var mark = await _shelf.MarkAsync(task, cancellationToken);
        var (fresh, all) = await _noticed.LookAsync(task, mark, cancellationToken);
        if (!AreEnough(fresh, all))
        {
            return null;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{mark.Until:O} {string.Join(' ', mark.Blobs)}")).AsSpan(0, 8));
        var count = LessonShelf.Count(fresh);
        var id = await StartOnceAsync(
            task, Prefix(task) + hash, $"{count} new lessons", cancellationToken, since => AreEnough([.. fresh.Where(blob => blob.ModifiedAt > since)], all));
        if (id is not null)
        {
            LogStarted(logger, task, count, id);
        }

        return id;
    }

    /// <summary>Starts one because the answers of a task have drifted: not oftener than once a day, and not while one runs.</summary>
    /// <returns>The operation's id; null when none was started.</returns>
    public async Task<string?> DriftedAsync(string task, CancellationToken cancellationToken)
    {
        return options.Value.Automatic && trainer.Unavailable is null
            ? await StartOnceAsync(task, $"{Prefix(task)}drift-{time.GetUtcNow():yyyyMMdd}", "drift", cancellationToken)
            : null;
    }

    /// <summary>Every task that has new lessons, looked at by <see cref="NoticeAsync"/>.</summary>
    public async Task NoticeAllAsync(CancellationToken cancellationToken)
    {
        foreach (var task in catalog.ValidTasks((name, invalid) => LogWaits(logger, name, invalid.Message)))
        {
            try
            {
                await NoticeAsync(task.Name, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogWaits(logger, task.Name, exception.Message); // the other tasks do not wait with it
            }
        }
    }

    /// <summary>Answers a run that waits for a person's approval.</summary>
    /// <exception cref="WorkflowNotFoundException">There is none of that id.</exception>
    public Task ApproveAsync(string id, bool approved, CancellationToken cancellationToken) =>
        workflows.RaiseEventAsync(id, RetrainWorkflow.ApprovalEvent, approved, cancellationToken);

    /// <param name="fresh">Oldest first.</param>
    /// <param name="all">How many the task has.</param>
    private bool AreEnough(IReadOnlyList<LessonBlob> fresh, long all) =>
        LessonShelf.Count(fresh) >= options.Value.NewLessons
        || (fresh.Count > 0 && time.GetUtcNow() - fresh[0].ModifiedAt >= TimeSpan.FromHours(options.Value.AgeHours) && all >= options.Value.LeastLessons);

    /// <summary>
    /// Null where one runs, where that of this id has run before, and for tasks that cannot be taught. One that failed is tried again later, with
    /// pauses that grow: its lessons are still to be learned. One that ended otherwise, as by a person, is followed by another once there is new reason.
    /// </summary>
    /// <param name="hasReasonSince">Whether what has come since a time is reason enough; null for nothing that could.</param>
    private async Task<string?> StartOnceAsync(
        string task, string id, string reason, CancellationToken cancellationToken, Func<DateTimeOffset, bool>? hasReasonSince = null)
    {
        var turn = Turn(task);
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await RunningAsync(task, cancellationToken) is null && await UnusedAsync(id, hasReasonSince, cancellationToken) is { } unused
                ? await workflows.StartAsync(WorkflowNames.Retrain, Input(task, Serving(task), true, reason), unused, cancellationToken)
                : null;
        }
        catch (RetrainingUnavailableException)
        {
            return null;
        }
        finally
        {
            turn.Release();
        }
    }

    private SemaphoreSlim Turn(string task) => _turns.GetOrAdd(task, static _ => new(1));

    /// <summary>The id itself, or after runs of that id its next name; null while there is nothing to start.</summary>
    private async Task<string?> UnusedAsync(string id, Func<DateTimeOffset, bool>? hasReasonSince, CancellationToken cancellationToken)
    {
        var (name, pause, failed) = (id, FirstPause, (WorkflowState?)null);
        for (var attempt = 2; await workflows.GetAsync(name, cancellationToken) is { } earlier; attempt++)
        {
            if (earlier.Status == WorkflowStatus.Failed)
            {
                if (time.GetUtcNow() - earlier.LastUpdatedAt < pause)
                {
                    return null;
                }

                (failed, pause) = (earlier, 4 * pause < LongestPause ? 4 * pause : LongestPause);
            }
            else if (earlier.IsFinished && hasReasonSince?.Invoke(earlier.LastUpdatedAt) == true)
            {
                (failed, pause) = (null, FirstPause);
            }
            else
            {
                if (earlier.IsFinished && hasReasonSince is not null && _over.TryAdd(name, true))
                {
                    LogOver(logger, name);
                }

                return null;
            }

            name = string.Create(CultureInfo.InvariantCulture, $"{id}-{attempt}");
        }

        if (failed is not null)
        {
            LogAgain(logger, failed.InstanceId, failed.Failure?.Message ?? "", name);
        }

        return name;
    }

    private static string Prefix(string task) => $"{Everyone}{task}-";

    private RetrainInput Input(string task, string serving, bool fromServing, string reason) =>
        new(task, serving, fromServing, reason, RetrainSettings.From(options.Value));

    /// <summary>Whether a retraining does what somebody asks for.</summary>
    private static bool Does(RetrainInput input, bool? fromServing, double? shadowSeconds) =>
        (fromServing ?? input.FromServing) == input.FromServing && (shadowSeconds ?? input.Settings.ShadowSeconds) == input.Settings.ShadowSeconds;

    private string Serving(string task)
    {
        using var lease = catalog.Acquire(task);
        var manifest = lease.Release.Manifest;
        return manifest.Kind == "classification" || manifest.Tiers.Any(tier => tier.Kind == TierManifest.Tagger) ? manifest.Version : throw new RetrainingUnavailableException(
            $"Release '{manifest.Version}' of task '{task}' has no tagger, and of a task of kind '{manifest.Kind}' that is what lessons teach. Train a release with one: 'understudy train' with a \"tagger\" in its recipe.");
    }

    private async Task<WorkflowState?> RunningAsync(string task, CancellationToken cancellationToken)
    {
        foreach (var status in new[] { WorkflowStatus.Running, WorkflowStatus.Pending })
        {
            // Of two tasks' names one may begin with the other.
            var found = await workflows.ListAsync(new(Prefix(task), WorkflowNames.Retrain.Value, status), cancellationToken);
            if (found.FirstOrDefault(state => state.Input is not { } input || input.GetProperty("task").GetString() == task) is { } running)
            {
                return running;
            }
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task} has {Count} new lessons: retraining {Operation} begins.")]
    private static partial void LogStarted(ILogger logger, string task, long count, string operation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Retraining {Operation} failed: {Reason} Its lessons are still to be learned, by {Next}.")]
    private static partial void LogAgain(ILogger logger, string operation, string reason, string next);

    [LoggerMessage(Level = LogLevel.Information, Message = "Retraining {Operation} is over and its lessons do not count as seen, as where it was cancelled. The next begins by itself once enough newer ones have come (Retraining:NewLessons, Retraining:AgeHours), and by hand at any time.")]
    private static partial void LogOver(ILogger logger, string operation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task} cannot be retrained yet: {Reason}")]
    private static partial void LogWaits(ILogger logger, string task, string reason);
}
