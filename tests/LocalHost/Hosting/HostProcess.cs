using System.Diagnostics;
using System.Text.Json;
using Understudy.Tests;

namespace Understudy.LocalHost.Tests.Hosting;

/// <summary>The host's own executable, run by a test.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private HostProcess(Process process, string data) => (_process, _data) = (process, data);

    public HttpClient Http { get; private set; } = null!;

    public string Storage { get; private set; } = "";

    /// <summary>Starts it and waits for the line that says where it listens.</summary>
    public static async Task<HostProcess> StartAsync(TemporaryFolder folder, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                typeof(LocalHostSettings).Assembly.Location,
                "--urls", "http://127.0.0.1:0", "--data", folder.At("data"), "--models", folder.At("models"),
                "--BatchTrigger:PollMilliseconds=100",
            },
        };
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        var host = new HostProcess(Process.Start(start)!, folder.At("data"));
        const string ready = "listening on ";
        while (await host._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith(ready, StringComparison.Ordinal))
            {
                host.Http = new HttpClient { BaseAddress = new Uri(line[ready.Length..]) };
                using var trace = JsonDocument.Parse(await File.ReadAllBytesAsync(folder.At("data", "host.json")));
                host.Storage = trace.RootElement.GetProperty("storage").GetString()!;
                _ = host._process.StandardOutput.ReadToEndAsync();
                return host;
            }
        }

        await host._process.WaitForExitAsync();
        throw new InvalidOperationException($"The host ended with code {host._process.ExitCode} before it listened.");
    }

    public Process Azurite()
    {
        using var trace = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_data, "storage", "azurite.process.json")));
        return Process.GetProcessById(trace.RootElement.GetProperty("ProcessId").GetInt32());
    }

    /// <summary>SIGKILL: it has no chance to clean up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }
}
