using System.Diagnostics;
using System.Net;
using Understudy.Tests;

namespace Understudy.Verifier.Tests.Scheduling;

/// <summary>The service as a process of its own, as a container runs it.</summary>
public sealed class SignalTests
{
    [Fact]
    public async Task Terminate_TurnsTheProbeTo503ThenEndsWithCode0()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There is no SIGTERM on this system.");
        using var folder = new TemporaryFolder();
        var model = TinyModels.Write(folder.At("tiny"));
        Directory.CreateDirectory(folder.At("models"));
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "Understudy.Verifier.dll"), "--urls=http://127.0.0.1:0", "--grpc=http://127.0.0.1:0",
                $"--models={folder.At("models")}", $"--Serve:tiny:Path={model}", "--Scheduling:DrainDelaySeconds=4",
            ])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            var line = "";
            while (!line.StartsWith("listening on ", StringComparison.Ordinal))
            {
                line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("The service ended before it listened.");
            }

            var rest = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            using var http = new HttpClient { BaseAddress = new Uri(line.Split(' ')[2]) };
            await UntilAsync(http, HttpStatusCode.OK);
            using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            await UntilAsync(http, HttpStatusCode.ServiceUnavailable);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
            Assert.Contains("Draining", await rest, StringComparison.Ordinal);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static Task UntilAsync(HttpClient http, HttpStatusCode expected) => Eventually.TrueAsync(
        () => http.GetAsync("/health/ready", TestContext.Current.CancellationToken).GetAwaiter().GetResult().StatusCode == expected,
        $"the probe said {expected}");
}
