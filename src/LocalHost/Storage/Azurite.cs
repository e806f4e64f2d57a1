using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Understudy.LocalHost.Storage;

/// <summary>The local blob storage: keeps an Azurite running on one port, and starts it again when it ends by itself.</summary>
internal sealed partial class Azurite : IAsyncDisposable
{
    private readonly AzuriteOptions _options;
    private readonly ILogger _logger;
    private AzuriteAddress _address;
    private CancellationTokenSource _stopping = new();
    private AzuriteProcess _process = null!;
    private Task _watch = Task.CompletedTask;

    private Azurite(AzuriteOptions options, ILogger logger) => (_options, _logger, _address) = (options, logger, AzuriteAddress.In(options.Folder));

    /// <summary>How clients reach it: as in the last run on its folder, unless another program has the port by now.</summary>
    public string ConnectionString => _address.ConnectionString;

    public int ProcessId => _process.Id;

    /// <exception cref="StorageUnavailableException">Azurite does not start.</exception>
    public static async Task<Azurite> StartAsync(AzuriteOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        var azurite = new Azurite(options, logger);
        try
        {
            await azurite.StartProcessAsync(cancellationToken);
        }
        catch (StorageUnavailableException) when (IsTaken(azurite._address.Port))
        {
            LogMoved(logger, azurite._address.Port);
            azurite._address = azurite._address with { Port = 0 };
            await azurite.StartProcessAsync(cancellationToken);
        }

        try
        {
            azurite._address = azurite._address with { Port = azurite._process.Port };
            azurite._address.Keep(options.Folder);
        }
        catch
        {
            await azurite._process.DisposeAsync();
            throw;
        }

        azurite.Watch();
        return azurite;
    }

    /// <summary>Stops Azurite and leaves it stopped, until <see cref="ResumeAsync"/>; clients keep their address.</summary>
    public async Task PauseAsync()
    {
        await _stopping.CancelAsync();
        await _watch;
        await _process.DisposeAsync();
    }

    /// <summary>Starts Azurite again after <see cref="PauseAsync"/>.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        _stopping.Dispose();
        _stopping = new();
        await StartProcessAsync(cancellationToken);
        Watch();
    }

    public async ValueTask DisposeAsync()
    {
        await PauseAsync();
        AzuriteTrace.Erase(_options.Folder);
        _stopping.Dispose();
    }

    private static bool IsTaken(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private async Task StartProcessAsync(CancellationToken cancellationToken) =>
        _process = await AzuriteProcess.StartAsync(_options, _address.Credentials, _address.Port, cancellationToken);

    private void Watch() => _watch = WatchAsync(_stopping.Token);

    private async Task WatchAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _process.Exited.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            LogEnded(_logger);
            try
            {
                await StartProcessAsync(stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception)
            {
                LogNotStarted(_logger, exception.Message); // whatever keeps it from starting, a full disk say, may pass
                await Task.Delay(TimeSpan.FromSeconds(1), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Another program has port {Port}, where the blob storage was: it has another from now on. Give edge sites the new 'storage' of host.json.")]
    private static partial void LogMoved(ILogger logger, int port);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Azurite ended by itself; starting it again on the same port.")]
    private static partial void LogEnded(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "Azurite did not start again: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, string reason);
}
