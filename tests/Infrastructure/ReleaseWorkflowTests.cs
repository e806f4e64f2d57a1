using System.Diagnostics;

namespace Understudy.Infrastructure.Tests;

/// <summary>What the workflow <c>release</c> uploads lies in one folder at those who fetch it.</summary>
public sealed class ReleaseWorkflowTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Checksums_WhereTheReleaseIsDownloaded_CanBeChecked()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The workflow's steps are shell scripts.");
        var artifacts = _folder.CreateSubdirectory("artifacts").FullName;
        File.WriteAllText(Path.Combine(artifacts, "understudy.zip"), "packed");
        var step = Assert.Single(File.ReadLines(Path.Combine(Repository.Root, ".github", "workflows", "release.yml")), line => line.Contains("sha256sum", StringComparison.Ordinal));

        Assert.Equal(0, Run(_folder.FullName, step));

        Assert.Equal(0, Run(artifacts, "sha256sum -c SHA256SUMS"));
    }

    private static int Run(string folder, string script)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-e", "-c", script]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
