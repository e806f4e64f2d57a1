using System.Diagnostics;

namespace Understudy.Bench.Chaos;

/// <summary>
/// Runs a command again and again, killing it (SIGKILL) at random moments, until it was killed so many times and then ended by
/// itself. The command goes on with its work where its last run left it and exits with 0 once the work is done.
/// </summary>
/// <param name="command">Says what to start, anew for each run.</param>
/// <param name="random">Chooses the moments.</param>
internal sealed class KillLoop(Func<ProcessStartInfo> command, Random random)
{
    /// <summary>The longest time that a run is left alone, counted from its first line of output.</summary>
    public TimeSpan LongestRun { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Starts, kills and starts again; the last run is left alone.</summary>
    /// <param name="kills">How many kills to make.</param>
    /// <returns>The kills that struck. Fewer than asked for when the work was done before.</returns>
    /// <exception cref="InvalidOperationException">A run that was not killed failed; the message holds its standard error.</exception>
    public async Task<int> RunAsync(int kills, CancellationToken cancellationToken = default)
    {
        for (var struck = 0; ; struck++)
        {
            using var process = Process.Start(Redirect(command()))!;
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            if (struck < kills && await KillAsync(process, cancellationToken))
            {
                continue;
            }

            await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"The run after {struck} kills failed with exit code {process.ExitCode}: {await errors}");
            }

            return struck;
        }
    }

    /// <returns>False when the process ended before the kill.</returns>
    private async Task<bool> KillAsync(Process process, CancellationToken cancellationToken)
    {
        var started = process.StandardOutput.ReadLineAsync(cancellationToken).AsTask();
        await started;
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.NextDouble() * LongestRun.TotalMilliseconds));
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode != 0;
        }
    }

    private static ProcessStartInfo Redirect(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        return start;
    }
}
