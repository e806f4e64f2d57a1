using System.Diagnostics;

namespace Understudy.Infrastructure.Tests;

/// <summary><c>infra/await-app.sh</c>, run with a command line of Azure's that knows the app in one subscription only, and without its pauses.</summary>
public sealed class AwaitAppTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void AppInTheSubscriptionOfAzd_IsFound()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is a shell script.");

        Assert.Equal((0, ""), Run("b"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    public void AppThatAzDoesNotFind_SaysWhatAzSaid(string subscription)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is a shell script.");

        var (exitCode, error) = Run(subscription);

        Assert.Equal(1, exitCode);
        Assert.Contains("'understudy-app' in 'understudy' has not started", error, StringComparison.Ordinal);
        Assert.Contains("ResourceGroupNotFound", error, StringComparison.Ordinal);
    }

    private (int ExitCode, string Error) Run(string subscription)
    {
        Command("az", """case "$*" in "account show"*|*"--subscription b"*) echo found ;; *) echo "ERROR: (ResourceGroupNotFound)" >&2; exit 3 ;; esac""");
        Command("sleep", "");
        var start = new ProcessStartInfo("sh", [Path.Combine(Repository.Root, "infra", "await-app.sh"), "understudy", "understudy-app"]) { RedirectStandardError = true };
        start.Environment["PATH"] = _folder.FullName + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        start.Environment["AZURE_SUBSCRIPTION_ID"] = subscription;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    private void Command(string name, string does)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, $"#!/bin/sh\n{does}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
