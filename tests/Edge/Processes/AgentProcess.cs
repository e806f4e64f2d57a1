using System.Diagnostics;

namespace Understudy.Edge.Tests.Processes;

/// <summary>The agent's own executable, run by a test.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private const string Ready = "listening on ";

    private readonly Process _process;

    private AgentProcess(Process process) => _process = process;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Starts it, and waits for the line that says where it listens unless it is to be killed at once.</summary>
    public static async Task<AgentProcess> StartAsync(string site, string data, string storage, bool wait = true)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                typeof(EdgeSettings).Assembly.Location, "--site", site, "--urls", "http://127.0.0.1:0", "--data", data,
                $"--Edge:Storage={storage}", "--Edge:PollSeconds=0.05", "--Edge:ReportSeconds=0.2",
            },
        };
        var agent = new AgentProcess(Process.Start(start)!);
        while (wait && await agent._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith(Ready, StringComparison.Ordinal))
            {
                agent.Http = new() { BaseAddress = new(line[Ready.Length..]) };
                break;
            }
        }

        if (wait && agent.Http is null)
        {
            await agent._process.WaitForExitAsync(TestContext.Current.CancellationToken);
            throw new InvalidOperationException($"The agent ended with exit code {agent._process.ExitCode} before it listened.");
        }

        _ = agent._process.StandardOutput.ReadToEndAsync();
        return agent;
    }

    /// <summary>SIGKILL: it has no chance to clean up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }
}
