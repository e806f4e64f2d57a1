using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Understudy.LocalHost.Storage;

/// <summary>The local blob storage: keeps an Azurite running on one port, and starts it again when it ends by itself.</summary>
internal sealed partial class Azurite : IAsyncDisposable
{
    private const string Account = "devstoreaccount1";

    private readonly AzuriteOptions _options;
    private readonly ILogger _logger;
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
    private CancellationTokenSource _stopping = new();
    private AzuriteProcess _process = null!;
    private Task _watch = Task.CompletedTask;

    private Azurite(AzuriteOptions options, ILogger logger) => (_options, _logger) = (options, logger);

    /// <summary>How clients reach it; the key is this run's own.</summary>
    public string ConnectionString { get; private set; } = "";

    public int ProcessId => _process.Id;

    /// <exception cref="StorageUnavailableException">Azurite does not start.</exception>
    public static async Task<Azurite> StartAsync(AzuriteOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        var azurite = new Azurite(options, logger);
        await azurite.StartProcessAsync(0, cancellationToken);
        azurite.ConnectionString =
            $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={azurite._key};"
            + $"BlobEndpoint=http://127.0.0.1:{azurite._process.Port}/{Account};";
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
        await StartProcessAsync(_process.Port, cancellationToken);
        Watch();
    }

    public async ValueTask DisposeAsync()
    {
        await PauseAsync();
        AzuriteTrace.Erase(_options.Folder);
        _stopping.Dispose();
    }

    private async Task StartProcessAsync(int port, CancellationToken cancellationToken) =>
        _process = await AzuriteProcess.StartAsync(_options, $"{Account}:{_key}", port, cancellationToken);

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
                await StartProcessAsync(_process.Port, stopping);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Azurite ended by itself; starting it again on the same port.")]
    private static partial void LogEnded(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "Azurite did not start again: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, string reason);
}
