using Microsoft.Extensions.Options;

namespace Understudy.Verifier.Scheduling;

/// <summary>
/// On SIGTERM, before the server closes its doors: the readiness probe turns to 503, running requests finish, and whatever has not
/// finished in time is stopped.
/// </summary>
internal sealed partial class DrainOnStop(Drain drain, Admission admission, IOptions<SchedulingOptions> options, TimeProvider time, ILogger<DrainOnStop> log) : IHostedLifecycleService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50), Farewell = TimeSpan.FromSeconds(5);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        drain.Begin();
        var began = time.GetTimestamp();
        var (least, most) = (TimeSpan.FromSeconds(options.Value.DrainDelaySeconds), TimeSpan.FromSeconds(options.Value.DrainSeconds));
        Draining(admission.Running, admission.Waiting, admission.Streams, options.Value.DrainSeconds);
        while (time.GetElapsedTime(began) < least || (Inside > 0 && time.GetElapsedTime(began) < most && !cancellationToken.IsCancellationRequested))
        {
            await Task.Delay(Look, time, CancellationToken.None);
        }

        if (Inside > 0)
        {
            Cut(Inside, options.Value.DrainSeconds);
            drain.Expire();
            for (began = time.GetTimestamp(); Inside > 0 && time.GetElapsedTime(began) < Farewell;)
            {
                await Task.Delay(Look, time, CancellationToken.None); // they tell their callers, before the connections are closed
            }
        }

        await Task.Delay(Look, time, CancellationToken.None); // what was answered last leaves the buffers
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private int Inside => drain.Unanswered;

    [LoggerMessage(Level = LogLevel.Information, Message = "Draining: {Running} running, {Waiting} waiting, {Streams} streams; they have {Seconds} s.")]
    private partial void Draining(int running, int waiting, int streams, int seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Left} requests or streams had not finished after {Seconds} s and are stopped. Raise Scheduling:DrainSeconds if they should.")]
    private partial void Cut(int left, int seconds);
}
