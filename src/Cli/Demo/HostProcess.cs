using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Demo;

/// <summary>The local host as a process of its own, started by the demo and ended by it.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private const string Ready = "listening on ";
    private const int TailLines = 40;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly Queue<string> _tail = new();
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _disposed;

    private HostProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
    }

    public HttpClient Http { get; private set; } = null!;

    /// <summary>The connection string of its blob storage.</summary>
    public string Storage { get; private set; } = "";

    public int Id => _process.Id;

    /// <summary>The last lines that it wrote.</summary>
    public IReadOnlyList<string> Tail
    {
        get
        {
            lock (_tail)
            {
                return [.. _tail];
            }
        }
    }

    /// <summary>Starts the host on a free port and waits until it serves.</summary>
    /// <exception cref="CommandFailedException">It ended, or did not serve in time.</exception>
    public static async Task<HostProcess> StartAsync(
        string program, string data, string models, int shardRecords, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                program,
                "--urls", "http://127.0.0.1:0",
                "--data", data,
                "--models", models,
                "--BatchTrigger:PollMilliseconds=100",
                "--Limits:InputTokens=262144",
                "--Retraining:Automatic=false",
                string.Create(CultureInfo.InvariantCulture, $"--Limits:ShardRecords={shardRecords}"),
            },
        };
        var host = new HostProcess(Process.Start(start)!);
        try
        {
            host._process.BeginOutputReadLine();
            host._process.BeginErrorReadLine();
            host.Http = new() { BaseAddress = await host.ReadyAsync(cancellationToken), Timeout = TimeSpan.FromSeconds(60) };
            using var trace = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(data, "host.json"), cancellationToken));
            host.Storage = trace.RootElement.GetProperty("storage").GetString()!;
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: it has no chance to save or say anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, and kills it with what it started when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Http?.Dispose();
        if (!_process.HasExited)
        {
            Termination.Ask(_process);
            using var patience = new CancellationTokenSource(StopPatience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    private async Task<Uri> ReadyAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var exited = _process.WaitForExitAsync(patience.Token);
        var first = await Task.WhenAny(_ready.Task, exited, Task.Delay(StartPatience, patience.Token));
        await patience.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return first == _ready.Task ? await _ready.Task : throw new CommandFailedException(
            (first == exited ? $"The host ended with code {_process.ExitCode} before it served." : $"The host did not serve within {StartPatience.TotalSeconds:0} s.")
            + $" It said:{Environment.NewLine}{string.Join(Environment.NewLine, Tail)}");
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_tail)
        {
            _tail.Enqueue(line);
            while (_tail.Count > TailLines)
            {
                _tail.Dequeue();
            }
        }

        if (line.StartsWith(Ready, StringComparison.Ordinal))
        {
            _ready.TrySetResult(new(line[Ready.Length..]));
        }
    }
}
