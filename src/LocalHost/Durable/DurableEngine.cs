using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>
/// The embedded durable engine. One thread takes whatever has happened since it last looked, runs the workflows concerned, and
/// commits everything in one transaction; only then do activities start and clients get their answers. So a process that dies at
/// any moment leaves a database from which the next one goes on.
/// </summary>
internal sealed partial class DurableEngine : IAsyncDisposable
{
    private readonly WorkflowRegistry _registry;
    private readonly IServiceScopeFactory _scopes;
    private readonly EmbeddedDurableOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly EngineInbox _inbox = new();
    private readonly ActivityPool _activities;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, List<FinishRequest>> _finishRequests = new(StringComparer.Ordinal);
    private readonly List<IdleRequest> _idleRequests = [];
    private DurableDatabase? _database;
    private InstanceCache? _cache;
    private InstanceTurns? _turns;
    private TimerQueue? _timers;
    private long _commits;
    private long _activitiesUnderWay;

    public DurableEngine(
        WorkflowRegistry registry,
        IServiceScopeFactory scopes,
        IOptions<EmbeddedDurableOptions> options,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _registry = registry;
        _scopes = scopes;
        _options = options.Value;
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger<DurableEngine>();
        _activities = new(_options.MaxConcurrentActivities, scopes, _inbox.Post);
    }

    public WorkflowRegistry Registry => _registry;

    /// <summary>Completes when the engine has stopped; faults with what stopped it.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Opens the database and goes on with what it holds.</summary>
    /// <exception cref="DurableDatabaseException">The database is in use, damaged, or of a later version.</exception>
    public void Start()
    {
        _database = DurableDatabase.Open(_options.DatabasePath, _options.Durability);
        _cache = new(_options.MaxCachedInstances);
        _turns = new(_database, _cache, _registry, _scopes, _time, _loggers, _inbox.Post);
        _timers = new(_time, () => _inbox.Post(ClockTick.Instance));
        _activities.Start();
        new Thread(Run) { IsBackground = true, Name = "Durable engine" }.Start();
    }

    /// <summary>Hands a message to the engine's thread; before <see cref="Start"/> it waits there.</summary>
    public void Post(EngineMessage message) => _inbox.Post(message);

    /// <summary>A connection that reads what is committed.</summary>
    public SqliteConnection OpenReader() =>
        (_database ?? throw new InvalidOperationException("The durable engine has not started yet.")).OpenReader();

    /// <summary>Completes when nothing is left to do but wait for time or for clients.</summary>
    public Task WaitForIdleAsync()
    {
        var request = new IdleRequest();
        _inbox.Post(request);
        return request.Answer;
    }

    /// <summary>Lets running activities end (their token is cancelled) and keeps their results; nothing new begins.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_database is null)
        {
            return;
        }

        try
        {
            await _activities.StopAsync().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Time being up says nothing about activities: usually there is none, and only the workers' own end is still to be noticed.
            if (_activities.Running is > 0 and var running)
            {
                LogStoppedEarly(_logger, running);
            }
        }

        try
        {
            var barrier = new BarrierRequest();
            _inbox.Post(barrier);
            await barrier.Answer;
        }
        catch (Exception)
        {
            // The engine has failed already, and said why through Completion and the log.
        }

        _inbox.Close(new EngineStoppedException());
        await _completion.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private void Run()
    {
        var batch = new List<EngineMessage>();
        Exception? cause = null;
        try
        {
            Execute(batch, Recover);
            while (_inbox.Take(batch, _options.MaxBatch, wait: batch.Count == 0))
            {
                Execute(batch, static () => { });
            }
        }
        catch (Exception e)
        {
            cause = e is SqliteException sqlite ? DurableDatabaseException.From(_database!.Path, sqlite) : e;
            LogFailed(_logger, cause);
        }

        Shut(batch, cause);
    }

    /// <summary>One transaction; afterwards <paramref name="batch"/> holds what the next one starts with.</summary>
    private void Execute(List<EngineMessage> batch, Action first)
    {
        _database!.Begin();
        first();
        foreach (var message in batch)
        {
            Handle(message);
            _turns!.DeliverEnded();
        }

        _turns!.Flush();
        _options.OnCommit?.Invoke(CommitPoint.Before, ++_commits);
        _database.Commit();
        _options.OnCommit?.Invoke(CommitPoint.After, _commits);
        batch.Clear();
        Release(_turns.TakeEffects(), batch);
        _cache!.Trim();
        _timers!.Arm();
        AnswerIdle(batch);
    }

    private void Recover()
    {
        foreach (var step in _database!.Pending.All())
        {
            if (step.DueAt is not null)
            {
                _turns!.Effects.Timers.Add(step);
            }
            else
            {
                var row = _database.Instances.Find(step.Instance)!;
                if (row.Version > _registry.Version)
                {
                    continue;
                }

                _turns!.Dispatch(step, row, _database.History.ReadPayload(step.Instance, step.HistoryIndex));
            }
        }

        foreach (var number in _database.Instances.NotBegun())
        {
            _turns!.Effects.Next.Add(new BeginRun(number));
        }
    }

    private void Handle(EngineMessage message)
    {
        switch (message)
        {
            case StepEnded ended:
                _activitiesUnderWay -= ended is ActivityEnded ? 1 : 0;
                _turns!.EndStep(ended);
                break;
            case StartRequest start:
                if (_database!.Instances.Find(start.Id) is null)
                {
                    _turns!.Create(start.Id, start.Name, start.Input, start.Trace);
                }

                _turns!.Effects.Replies.Add(() => start.Reply(start.Id));
                break;
            case RaiseEventRequest raise:
                if (_database!.Instances.Find(raise.Id) is { IsFinished: false } target && target.Version > _registry.Version)
                {
                    _turns!.Effects.Replies.Add(() => raise.Fail(new InvalidOperationException(
                        $"Instance '{raise.Id}' is of version {target.Version}, and this program knows up to {_registry.Version}. Raise the event on the program that started it.")));
                    break;
                }

                ForInstance(raise, raise.Id, row => _turns!.RaiseEvent(row, raise.Name, raise.Payload));
                break;
            case TerminateRequest terminate:
                ForInstance(terminate, terminate.Id, row => _turns!.Terminate(row, terminate.Reason));
                break;
            case PurgeRequest purge:
                var purged = _database!.Instances.Find(purge.Id) is { IsFinished: true } finished ? finished : null;
                if (purged is not null)
                {
                    _turns!.Purge(purged.Number);
                }

                _turns!.Effects.Replies.Add(() => purge.Reply(purged is not null));
                break;
            case FinishRequest finish:
                AwaitFinish(finish);
                break;
            case BarrierRequest barrier:
                _turns!.Effects.Replies.Add(() => barrier.Reply(true));
                break;
            case IdleRequest idle:
                _idleRequests.Add(idle);
                break;
            case BeginRun begin:
                _turns!.Begin(begin.Instance);
                break;
            case StartChild child:
                _turns!.StartChild(child.Parent, child.Step);
                break;
            case ClockTick:
                while (_timers!.TryTakeDue(out var due))
                {
                    _turns!.Due(due.Instance, due.Step, due.DueAt);
                }

                break;
            case ForeignContinuation foreign:
                _turns!.FailForForeignAwait(foreign.Instance, foreign.Run);
                break;
        }
    }

    private void ForInstance(EngineRequest<bool> request, string id, Action<InstanceRow> act)
    {
        if (_database!.Instances.Find(id) is not { } row)
        {
            _turns!.Effects.Replies.Add(() => request.Fail(new WorkflowNotFoundException(id)));
            return;
        }

        if (!row.IsFinished)
        {
            act(row);
        }

        _turns!.Effects.Replies.Add(() => request.Reply(true));
    }

    private void AwaitFinish(FinishRequest request)
    {
        var row = _database!.Instances.Find(request.Id);
        if (row is { IsFinished: false })
        {
            if (!_finishRequests.TryGetValue(request.Id, out var requests))
            {
                _finishRequests.Add(request.Id, requests = []);
            }

            requests.Add(request);
        }
        else
        {
            _turns!.Effects.Replies.Add(row is null
                ? () => request.Fail(new WorkflowNotFoundException(request.Id))
                : () => request.Reply(true));
        }
    }

    private void Release(Effects effects, List<EngineMessage> next)
    {
        next.AddRange(effects.Next);
        effects.Timers.ForEach(_timers!.Add);
        _activitiesUnderWay += effects.Activities.Count;
        effects.Activities.ForEach(_activities.Add);
        effects.Replies.ForEach(static reply => reply());
        foreach (var id in effects.Finished)
        {
            if (_finishRequests.Remove(id, out var requests))
            {
                requests.ForEach(static request => request.Reply(true));
            }
        }
    }

    private void AnswerIdle(List<EngineMessage> next)
    {
        if (_idleRequests.Count > 0 && next.Count == 0 && _activitiesUnderWay == 0 && _inbox.IsEmpty)
        {
            _idleRequests.ForEach(static request => request.Reply(true));
            _idleRequests.Clear();
        }
    }

    private void Shut(List<EngineMessage> unhandled, Exception? cause)
    {
        var reason = cause ?? new EngineStoppedException();
        _inbox.Close(reason);
        _ = _activities.StopAsync();
        unhandled.ForEach(message => message.Fail(reason));
        _idleRequests.ForEach(request => request.Fail(reason));
        foreach (var request in _finishRequests.Values.SelectMany(requests => requests))
        {
            request.Fail(reason);
        }

        _timers!.Dispose();
        _cache!.Dispose();
        _database!.Dispose();
        if (cause is null)
        {
            _completion.SetResult();
        }
        else
        {
            _completion.SetException(cause);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The durable engine stopped; its instances go on when it is started again.")]
    private static partial void LogFailed(ILogger logger, Exception cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The durable engine stopped while {Running} activities had not ended; they run again at the next start.")]
    private static partial void LogStoppedEarly(ILogger logger, int running);
}
