using System.Diagnostics;

namespace Understudy.Tests;

/// <summary>A host's own executable, run by a test, that ended of itself.</summary>
internal sealed record EndedHost(int ExitCode, string Output, string Error)
{
    public static async Task<EndedHost> RunAsync(Type ofHost, params IEnumerable<string> args)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [ofHost.Assembly.Location, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2));
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>It ended because it was asked for something that cannot be, and said so in one line and nothing more.</summary>
    public void AssertRefused(string message)
    {
        Assert.Contains(message, Error, StringComparison.Ordinal);
        Assert.Single(Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", Output, StringComparison.Ordinal);
        Assert.Equal(2, ExitCode);
    }
}
