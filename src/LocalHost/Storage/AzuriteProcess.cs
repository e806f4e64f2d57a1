using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Understudy.LocalHost.Storage;

/// <summary>One run of Azurite's blob service. It ends when it is disposed of, and also when this process dies in any way.</summary>
internal sealed partial class AzuriteProcess : IAsyncDisposable
{
    // The pipe to its standard input closes with this process, even when that is killed; then Azurite saves and goes. It listens before it knows how to
    // save, so it may have to wait for that. So it does on an error that nobody has caught, or ends where it has not come so far. While it saves such errors
    // are left alone: with nobody left to read what it prints, each line is one (EPIPE), and would end it, perhaps before it has saved.
    private static string EndWithParent(TimeSpan patience) =>
        "data:text/javascript,let ending=false,saving=false;const save=()=>{saving=true;if(!process.emit('SIGTERM')){saving=false;setTimeout(save,20)}};"
        + "const end=()=>{if(ending)return;ending=true;process.stdin.destroy();"
        + $"setTimeout(()=>process.exit(1),{patience.TotalMilliseconds:0}).unref();save()}};"
        + "process.stdin.resume();process.stdin.on('close',end);"
        + "process.on('uncaughtException',error=>{if(saving)return;if(!ending)console.error(error);if(process.listenerCount('SIGTERM'))end();else process.exit(1)})";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly TimeSpan _savePatience;
    private readonly TaskCompletionSource<int> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _lastLines = new();

    private AzuriteProcess(Process process, TimeSpan savePatience)
    {
        (_process, _savePatience) = (process, savePatience);
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
    }

    /// <summary>The loopback port it listens on.</summary>
    public int Port { get; private set; }

    public int Id => _process.Id;

    /// <summary>Completes when the process has ended.</summary>
    public Task Exited => _process.WaitForExitAsync();

    /// <summary>Starts Azurite and waits until it listens.</summary>
    /// <param name="account">Name and key, <c>name:key</c>.</param>
    /// <param name="port">The port to listen on; 0 for any free one.</param>
    /// <exception cref="StorageUnavailableException">It ended or did not listen in time.</exception>
    public static async Task<AzuriteProcess> StartAsync(AzuriteOptions options, string account, int port, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Folder);
        await AzuriteTrace.EndLeftOverAsync(options, cancellationToken);
        var start = new ProcessStartInfo(options.Node)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.Folder,
            Environment = { ["AZURITE_ACCOUNTS"] = account },
            ArgumentList =
            {
                "--import", EndWithParent(options.SavePatience), options.Program,
                "--blobHost", "127.0.0.1",
                "--blobPort", $"{port}",
                "--location", options.Folder,
                "--silent", "--disableTelemetry", "--skipApiVersionCheck",
            },
        };

        var azurite = new AzuriteProcess(Process.Start(start)!, options.SavePatience);
        try
        {
            AzuriteTrace.Write(options.Folder, azurite._process);
            azurite._process.BeginOutputReadLine();
            azurite._process.BeginErrorReadLine();
            azurite.Port = await azurite.ListeningAsync(cancellationToken);
            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(_savePatience + AzuriteTrace.Margin);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    private async Task<int> ListeningAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var exited = _process.WaitForExitAsync(patience.Token);
        var first = await Task.WhenAny(_listening.Task, exited, Task.Delay(StartPatience, patience.Token));
        await patience.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return first == _listening.Task
            ? await _listening.Task
            : throw new StorageUnavailableException(
                $"Azurite {(first == exited ? $"ended with code {_process.ExitCode}" : $"did not listen within {StartPatience.TotalSeconds:0} s")}."
                + $" It said: {string.Join(" | ", Said())}");
    }

    private string[] Said()
    {
        lock (_lastLines)
        {
            return [.. _lastLines];
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            while (_lastLines.Count > 20)
            {
                _lastLines.Dequeue();
            }
        }

        if (Listens().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(int.Parse(match.Groups[1].Value));
        }
    }

    [GeneratedRegex(@"successfully listens on http://127\.0\.0\.1:(\d+)")]
    private static partial Regex Listens();
}
