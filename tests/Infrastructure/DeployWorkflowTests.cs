using System.Diagnostics;

namespace Understudy.Infrastructure.Tests;

/// <summary>The step of the workflow <c>deploy</c> that deploys without containers, run with a command line of Azure's that says what a test tells it.</summary>
public sealed class DeployWorkflowTests : IDisposable
{
    private const string Absent = "ERROR: (DeploymentNotFound) Deployment could not be found.";
    private const string Away = "ERROR: (AuthorizationFailed) The client has no authorization.";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(Absent, Absent, "base", true)]
    [InlineData("Failed", Absent, "base", true)]
    [InlineData("Succeeded", Absent, "base", false)]
    [InlineData("Succeeded", "Failed", "base", false)]
    [InlineData(Absent, "Succeeded", "main", false)]
    [InlineData("Failed", "Succeeded", "main", false)]
    public void Base_OfAState_IsDeployedOnlyWhereNothingIs(string @base, string main, string outputsOf, bool isDeployed)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The workflow's steps are shell scripts.");

        Assert.Equal(0, RunStep(@base, main));

        Assert.Equal([$"REGISTRY={outputsOf}", $"APP={outputsOf}.azurecr.io"], Lines("env"));
        Assert.Equal(isDeployed, Lines("asked").Any(line => line.Contains("create", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Away, Absent)]
    [InlineData(Absent, Away)]
    [InlineData(Absent, "Failed")]
    [InlineData("Failed", "Running")]
    public void Base_MayTakeContainersAway_EndsTheJob(string @base, string main)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The workflow's steps are shell scripts.");

        Assert.NotEqual(0, RunStep(@base, main));

        Assert.DoesNotContain(Lines("asked"), line => line.Contains("create", StringComparison.Ordinal));
    }

    private int RunStep(string @base, string main)
    {
        const string Azure = """
            az() {
              echo "$*" >> "$RUNNER_TEMP/asked"
              case "$*" in *"--name base "*) name=base is=$BASE ;; *) name=main is=$MAIN ;; esac
              case "$*" in
                *" create "*) ;;
                *properties.outputs.*) echo "$name.azurecr.io" ;;
                *) case $is in ERROR*) echo "$is" >&2; return 3 ;; *) echo "WARNING: There is a later version." >&2; echo "$is" ;; esac ;;
              esac
            }

            """;
        var start = new ProcessStartInfo("bash", ["-e", "-c", Azure + Step()]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new[] { ("BASE", @base), ("MAIN", main), ("GROUP", "understudy"), ("PARAMETERS", "main.bicepparam"), ("RUNNER_TEMP", _folder.FullName), ("GITHUB_ENV", Path.Combine(_folder.FullName, "env")) })
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private string[] Lines(string file) => File.ReadAllLines(Path.Combine(_folder.FullName, file));

    /// <summary>The script of the step, which is what is indented beneath its <c>run</c>.</summary>
    private static string Step()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, ".github", "workflows", "deploy.yml"));
        return string.Join('\n', lines.SkipWhile(line => !line.Contains("everything but the containers", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith("          ", StringComparison.Ordinal)));
    }
}
