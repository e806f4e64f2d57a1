using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Understudy.Cli.Demo;
using Understudy.Cli.Edge;

namespace Understudy.EndToEnd.Tests.Demo;

/// <summary><c>understudy demo --json</c> as a process, with a folder for its temporary files that can be looked into afterwards.</summary>
internal sealed partial class DemoProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly Task<string> _output;

    private DemoProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginErrorReadLine();
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>What it wrote to standard error so far.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>The processes that it said it started.</summary>
    public IReadOnlyList<int> Hosts => [.. Host().Matches(Said).Select(match => int.Parse(match.Groups[1].Value))];

    public static DemoProcess Start(string models, string temporary, int mails)
    {
        Directory.CreateDirectory(temporary);
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["UNDERSTUDY_MODELS"] = models, ["TMPDIR"] = temporary },
            ArgumentList = { typeof(DemoCommand).Assembly.Location, "demo", "--json", "--mails", $"{mails}" },
        };
        start.Environment.Remove(HostFiles.Variable);
        start.Environment.Remove(EdgeFiles.Variable);
        return new(Process.Start(start)!);
    }

    /// <summary>Waits until it has said something.</summary>
    public async Task HearAsync(string text, CancellationToken cancellationToken)
    {
        while (!Said.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, $"The demo ended before it said '{text}'. It said: {Said}");
            await Task.Delay(20, cancellationToken);
        }
    }

    public void AskToEnd() => Termination.Ask(_process);

    public async Task<(int Code, string Output)> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, await _output);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }

    [GeneratedRegex(@"\(process (\d+)\)")]
    private static partial Regex Host();
}
