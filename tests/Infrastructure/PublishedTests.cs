using System.Diagnostics;
using System.Net;

namespace Understudy.Infrastructure.Tests;

/// <summary>What the images start is the output of <c>dotnet publish</c>, and not that of a build: each is published, started and probed.</summary>
public sealed class PublishedTests : IDisposable
{
    private const string Listening = "listening on ";

    private readonly string _folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "published", Guid.NewGuid().ToString("N"))).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Verifier_Published_ServesTheModels()
    {
        await PublishAsync("Verifier");
        using var process = Start("Understudy.Verifier.dll", "--urls=http://127.0.0.1:0", "--grpc=http://127.0.0.1:0", $"--models={Path.Combine(Repository.Root, "models")}");

        await ProbeAsync(process, async http =>
        {
            for (var patience = Stopwatch.StartNew(); (await http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode != HttpStatusCode.OK;)
            {
                Assert.True(patience.Elapsed < TimeSpan.FromMinutes(1), "its models were not loaded within a minute");
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }

            Assert.Contains("function-call", await http.GetStringAsync("/v1/models", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Edge_PublishedAndCutOff_IsAlive()
    {
        await PublishAsync("Edge");
        using var process = Start("Understudy.Edge.dll", "--site", "harbour", "--urls", "http://127.0.0.1:0", "--data", Path.Combine(_folder, "data"), "--Edge:Storage=https://127.0.0.1:9/nowhere");

        await ProbeAsync(process, async http => Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode));
    }

    [Fact]
    public async Task Trainer_Published_KnowsTheTasks()
    {
        await PublishAsync("Cli");
        using var process = Start("understudy.dll", "task", "list", "--models", Path.Combine(Repository.Root, "models"));
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("mail-triage", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "app", "libtorch_cpu.so")), "what trains is there");
    }

    /// <summary>From what this build has made; linked, where the file system can, because the trainer's libraries are large.</summary>
    private async Task PublishAsync(string project)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
            [
                "publish", Path.Combine(Repository.Root, "src", project), "--configuration", configuration, "--no-build", "--output", Path.Combine(_folder, "app"),
                "-p:CreateHardLinksForPublishFilesIfPossible=true", "-nodeReuse:false",
            ])
        {
            RedirectStandardOutput = true,
        })!;
        var said = await publish.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await publish.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(publish.ExitCode == 0, said);
        AssertImageHasFrameworks(project);
    }

    /// <summary>This machine has every framework; the image has those of the one that it is made from.</summary>
    private void AssertImageHasFrameworks(string project)
    {
        var needed = File.ReadAllText(Assert.Single(Directory.GetFiles(Path.Combine(_folder, "app"), "*.runtimeconfig.json")));
        var image = File.ReadAllLines(Path.Combine(Repository.Root, "src", project, "Dockerfile")).Where(line => line.StartsWith("FROM ", StringComparison.Ordinal) && !line.Contains("/sdk:", StringComparison.Ordinal));
        Assert.Contains(image, line => line.Contains(needed.Contains("Microsoft.AspNetCore.App", StringComparison.Ordinal) ? "dotnet/aspnet:" : "dotnet/", StringComparison.Ordinal));
    }

    private Process Start(string program, params string[] arguments)
    {
        Assert.True(File.Exists(Path.Combine(_folder, "app", program)), $"{program} is not in the output");
        return Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(_folder, "app", program), .. arguments]) { RedirectStandardOutput = true, WorkingDirectory = _folder })!;
    }

    private static async Task ProbeAsync(Process process, Func<HttpClient, Task> probe)
    {
        try
        {
            var line = "";
            while (!line.StartsWith(Listening, StringComparison.Ordinal))
            {
                line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("It ended before it listened.");
            }

            _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            using var http = new HttpClient { BaseAddress = new Uri(line[Listening.Length..].Split(' ')[0]) };
            await probe(http);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
