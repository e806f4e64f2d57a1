using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Options;
using Understudy.Edge.Releases;
using Understudy.Edge.Reports;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;

namespace Understudy.Edge.Escalation;

/// <summary>Empties the queue: the cloud is asked about what waits where it may be, else it goes up as hard examples, within the day's bytes.</summary>
internal sealed partial class EscalationPump(
    EscalationQueue queue, CloudClient cloud, HardExamples examples, TaskAccounts accounts, IOptions<EdgeOptions> options, TimeProvider time, ILogger<EscalationPump> logger)
    : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>What the cloud's lead did not answer, by the entry's id: how long it is not asked again, a pause that doubles, and since when (a timestamp). Gone with a restart.</summary>
    private readonly Dictionary<string, (TimeSpan Pause, long Since)> _paused = [];

    private bool _isAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PollSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PumpAsync(stoppingToken);
                _isAway = false;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                if (!_isAway)
                {
                    LogAway(logger, error.Message);
                }

                _isAway = true;
            }
        }
    }

    /// <summary>
    /// Once through the queue. A task that has trouble holds up no other, and none uses up the day's bytes while another waits; the first trouble is
    /// thrown at the end.
    /// </summary>
    internal async Task PumpAsync(CancellationToken cancellationToken)
    {
        // What was let go meanwhile is not asked about again.
        foreach (var id in _paused.Where(pair => time.GetElapsedTime(pair.Value.Since) > pair.Value.Pause + LongestPause).Select(pair => pair.Key).ToList())
        {
            _paused.Remove(id);
        }

        Exception? trouble = null;
        var (tasks, longer) = (queue.Tasks, false);
        while (tasks.Count > 0)
        {
            List<string> again = [];
            foreach (var task in tasks)
            {
                try
                {
                    if (cloud.IsAllowed)
                    {
                        await AskAsync(task, cancellationToken);
                    }
                    else if (await examples.UploadAsync(task, cancellationToken, longer) > 0)
                    {
                        again.Add(task);
                    }
                }
                catch (Exception error) when (!cancellationToken.IsCancellationRequested)
                {
                    trouble ??= error;
                }
            }

            // What is longer than an upload goes when no task has anything else.
            (tasks, longer) = again.Count > 0 || longer || cloud.IsAllowed ? (again, longer) : (queue.Tasks, true);
        }

        if (trouble is not null)
        {
            ExceptionDispatchInfo.Throw(trouble);
        }
    }

    private async Task AskAsync(string task, CancellationToken cancellationToken)
    {
        while (Waiting(task) is { Count: > 0 } waiting && await AskAsync(task, waiting, cancellationToken))
        {
        }
    }

    /// <summary>The hardest that may be asked about: one that is never answered holds up no other.</summary>
    private List<QueuedInput> Waiting(string task) =>
        [.. queue.Hardest(task, except: id => _paused.TryGetValue(id, out var paused) && time.GetElapsedTime(paused.Since) < paused.Pause).Take(cloud.Most(task))];

    /// <returns>False when some of them go on waiting: the cloud's lead is away itself.</returns>
    private async Task<bool> AskAsync(string task, IReadOnlyList<QueuedInput> waiting, CancellationToken cancellationToken)
    {
        IReadOnlyList<Answer> answers;
        try
        {
            answers = await cloud.AskAsync(task, [.. waiting.Select(input => input.Text)], store: true, cancellationToken);
        }
        catch (LeadAwayException away) when (away.IsRefusal)
        {
            if (waiting.Count > 1)
            {
                var half = waiting.Count / 2;
                return await AskAsync(task, [.. waiting.Take(half)], cancellationToken) & await AskAsync(task, [.. waiting.Skip(half)], cancellationToken);
            }

            accounts.Add(task, waiting[0].Package, new() { Dropped = 1 });
            queue.Remove(waiting[0]);
            _paused.Remove(waiting[0].Id);
            LogDropped(logger, task, waiting[0].Id, away.Message);
            return true;
        }

        foreach (var (input, answer) in waiting.Zip(answers))
        {
            if (answer.Receipt.Degraded)
            {
                Pause(input.Id);
                continue;
            }

            _paused.Remove(input.Id);
            if (queue.IsWhole(task)) // else the hardest are left, of which students know less than of all that they pass on
            {
                accounts.Add(task, input.Package, new() { Escalated = 1, Agreed = (answer.Label ?? answer.Completion) == input.Label ? 1 : 0 });
            }

            queue.Remove(input);
        }

        return !answers.Any(answer => answer.Receipt.Degraded);
    }

    private void Pause(string id)
    {
        var pause = _paused.TryGetValue(id, out var before) ? 2 * before.Pause : TimeSpan.FromSeconds(options.Value.PollSeconds);
        pause = pause < LongestPause ? pause : LongestPause;
        _paused[id] = (pause, time.GetTimestamp());
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What waits for the cloud goes on waiting. {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Task}: input {Id} is let go, the cloud does not take it. {Reason}")]
    private static partial void LogDropped(ILogger logger, string task, string id, string reason);
}
