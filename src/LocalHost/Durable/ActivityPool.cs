using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Workflows;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>Runs activities, so many at a time, each in a scope of its own.</summary>
internal sealed class ActivityPool(int concurrency, IServiceScopeFactory scopes, Action<EngineMessage> post)
{
    private readonly Channel<ActivityWork> _work = Channel.CreateUnbounded<ActivityWork>();
    private readonly CancellationTokenSource _stopping = new();
    private Task _workers = Task.CompletedTask;
    private int _running;

    /// <summary>Activities under way at this moment.</summary>
    public int Running => Volatile.Read(ref _running);

    public void Start() => _workers = Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(WorkAsync)));

    public void Add(ActivityWork work) => _work.Writer.TryWrite(work);

    /// <summary>Asks running activities to end; the task completes when they have. Those not yet begun are left for the next start.</summary>
    public Task StopAsync()
    {
        _work.Writer.TryComplete();
        _stopping.Cancel();
        return _workers;
    }

    private async Task WorkAsync()
    {
        await foreach (var work in _work.Reader.ReadAllAsync())
        {
            if (_stopping.IsCancellationRequested)
            {
                continue;
            }

            Interlocked.Increment(ref _running);
            if (await RunAsync(work) is { } ended)
            {
                post(ended);
            }

            Interlocked.Decrement(ref _running);
        }
    }

    /// <returns>How it ended; null when it gave up because the engine stops.</returns>
    private async Task<ActivityEnded?> RunAsync(ActivityWork work)
    {
        using var span = WorkflowTelemetry.StartActivity(work.Activity.Name, work.InstanceId, work.Trace);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var input = JsonSerializer.Deserialize(work.Input ?? "null", work.Activity.InputType, DurableJson.Options);
            var context = new ActivityContext(work.InstanceId, _stopping.Token);
            var output = await work.Activity.RunAsync(scope.ServiceProvider, context, input);
            return new(work.Instance, work.Step, JsonSerializer.Serialize(output, work.Activity.OutputType, DurableJson.Options), null);
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            WorkflowTelemetry.Failed(span, e);
            return new(work.Instance, work.Step, null, FailureDetails.From(e));
        }
    }
}
