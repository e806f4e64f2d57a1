using Microsoft.Extensions.Hosting;

namespace Understudy.LocalHost.Durable;

/// <summary>Starts the engine with the host and stops it with it; when the engine fails, the host stops.</summary>
internal sealed class EmbeddedDurableService(DurableEngine engine) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        engine.Start();
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await engine.StopAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => engine.Completion;
}
