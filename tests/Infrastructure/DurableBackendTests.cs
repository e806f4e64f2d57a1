using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Understudy.Infrastructure.Tests;

/// <summary>What scales the app reads the package's host.json as it is, and no setting: the package has to name the backend that is deployed.</summary>
public class DurableBackendTests
{
    [Theory]
    [InlineData("false", "AzureStorage", null)]
    [InlineData("true", "azureManaged", "DURABLE_TASK_SCHEDULER")]
    public void Package_OfEachBackend_NamesItInItsHostJson(string scheduler, string type, string? connection)
    {
        using var items = JsonDocument.Parse(Run("dotnet", ["msbuild", Path.Combine(Repository.Root, "src", "Functions"), "-getItem:None", $"-p:DurableTaskScheduler={scheduler}"]));
        var host = items.RootElement.GetProperty("Items").GetProperty("None").EnumerateArray().Single(item => item.TryGetProperty("Link", out var link) && link.GetString() == "host.json");

        var provider = Provider(HostJson(host.GetProperty("FullPath").GetString()!));

        Assert.Equal((type, connection), ((string?)provider["type"], (string?)provider["connectionStringName"]));
        Assert.Equal("IfDifferent", host.GetProperty("CopyToOutputDirectory").GetString()); // the other's copy may be newer than this file
    }

    [Fact]
    public void HostJson_OfTheScheduler_IsTheOtherButForTheBackend()
    {
        var (storage, scheduler) = (HostJson("host.json"), HostJson("host.scheduler.json"));
        Provider(storage).Parent!.AsObject().Remove("storageProvider");
        Provider(scheduler).Parent!.AsObject().Remove("storageProvider");

        Assert.Equal(storage.ToJsonString(), scheduler.ToJsonString());
    }

    // A package for the storage has no such provider, one for the scheduler no connection without the setting: neither starts where the other belongs.
    [Fact]
    public void Settings_OfTheScheduler_AreThoseThatItsPackageAsksFor()
    {
        const string Only = "if(empty(parameters('schedulerName')), createObject(), ";
        var expression = AppSettingsTests.Expression;
        var settings = ArmExpression.Object(expression[(expression.IndexOf(Only, StringComparison.Ordinal) + Only.Length)..]);
        var provider = Provider(HostJson("host.scheduler.json"));

        Assert.Equal(["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type", (string)provider["connectionStringName"]!], settings.Keys);
        Assert.Equal((string)provider["type"]!, settings.Values.First());
        Assert.DoesNotContain(AppSettingsTests.Settings.Keys, key => key.StartsWith("AzureFunctionsJobHost", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("infra/bicep/main.dev.bicepparam", "false")]
    [InlineData("infra/bicep/main.prod.bicepparam", "false")]
    [InlineData("tests/Infrastructure/Stages/serving.bicepparam", "true")]
    public void Workflow_ThatDeploys_PublishesForTheBackendOfTheStage(string parameters, string scheduler)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The workflow's steps are shell scripts.");
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, ".github", "workflows", "deploy.yml"));
        var choice = lines.Single(line => line.TrimStart().StartsWith("scheduler=", StringComparison.Ordinal));

        Assert.EndsWith("-p:DurableTaskScheduler=$scheduler", lines.Single(line => line.Contains("dotnet publish", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(scheduler, Run("sh", ["-c", $"PARAMETERS={parameters}\n{choice}\necho $scheduler"]).Trim());
    }

    private static JsonNode HostJson(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, file)))!;

    private static JsonNode Provider(JsonNode host) => host["extensions"]!["durableTask"]!["storageProvider"]!;

    private static string Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = Repository.Root })!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
        return said;
    }
}
