using System.Text.Json;

namespace Understudy.Infrastructure.Tests;

/// <summary>Bounds of Container Apps that no compiler knows: a deployment would be refused.</summary>
public class ContainersTests
{
    private static JsonElement Container => ArmTemplate.Main.Only("Microsoft.App/containerApps").GetProperty("properties").GetProperty("template").GetProperty("containers")[0];

    [Fact]
    public void Probes_AreWithinWhatAzureTakes()
        => Assert.All(Container.GetProperty("probes").EnumerateArray(), probe =>
        {
            Assert.InRange(Number(probe, "failureThreshold", 3), 1, 10);
            Assert.InRange(Number(probe, "periodSeconds", 10), 1, 240);
            Assert.InRange(Number(probe, "initialDelaySeconds", 1), 1, 60);
        });

    [Fact]
    public void Probe_OfTheStart_GivesTheModelsFiveMinutes()
    {
        var start = Container.GetProperty("probes").EnumerateArray().Single(probe => probe.GetProperty("type").GetString() == "Startup");

        Assert.Equal(300, Number(start, "periodSeconds", 10) * Number(start, "failureThreshold", 3));
    }

    [Fact]
    public void Verifier_TakesAllOfTheNodeOfItsGpu()
    {
        var verifier = ArmTemplate.Main.Modules["verifier"];
        var kinds = ArmTemplate.Main.Root.GetProperty("definitions").GetProperty("gpuProfile").GetProperty("allowedValues").EnumerateArray().Select(kind => kind.GetString());

        var nodes = verifier.GetProperty("variables").GetProperty("node").EnumerateObject().ToList();
        Assert.Equal(kinds.Order(), nodes.Select(node => node.Name).Order());
        Assert.Equal([(8, "56Gi"), (24, "220Gi")], nodes.Select(node => (node.Value.GetProperty("cpu").GetInt32(), node.Value.GetProperty("memory").GetString())).Order());
        Assert.Equal("[variables('node')[parameters('gpu')]]", Container.GetProperty("resources").GetString());
    }

    [Fact]
    public void Environment_WithoutAVerifier_AsksForNoGpu()
    {
        var environment = ArmTemplate.Main.Only("Microsoft.App/managedEnvironments").GetProperty("properties");

        Assert.Equal(
            "[concat(createArray(createObject('name', 'Consumption', 'workloadProfileType', 'Consumption')), if(parameters('withGpu'), createArray(createObject('name', 'gpu', 'workloadProfileType', parameters('gpu'))), createArray()))]",
            environment.GetProperty("workloadProfiles").GetString());
        Assert.Equal(
            "[variables('withVerifier')]",
            ArmTemplate.Main.Root.GetProperty("resources").GetProperty("containers").GetProperty("properties").GetProperty("parameters").GetProperty("withGpu").GetProperty("value").GetString());
    }

    // The tools that pack the folder for a build elsewhere do not all read the list beside a Dockerfile.
    [Fact]
    public void Images_AreBuiltFromNoOutputsAndNoSettingsOfThisMachine()
        => Assert.Superset(
            new HashSet<string> { ".git", "node_modules", "artifacts", "local.settings.json", "**/bin", "**/obj" },
            File.ReadLines(Path.Combine(Repository.Root, ".dockerignore")).ToHashSet());

    // The scale rule counts what comes through the main ingress alone: nothing starts a verifier of zero replicas for what comes through another port.
    [Fact]
    public void Verifier_AskedThroughAPortThatNothingCounts_CanBeKeptFromZero()
    {
        var verifier = ArmTemplate.Main.Only("Microsoft.App/containerApps").GetProperty("properties");
        var port = Assert.Single(verifier.GetProperty("configuration").GetProperty("ingress").GetProperty("additionalPortMappings").EnumerateArray());

        Assert.Equal("[variables('ports').grpc]", port.GetProperty("targetPort").GetString());
        Assert.Equal("[parameters('minimumReplicas')]", verifier.GetProperty("template").GetProperty("scale").GetProperty("minReplicas").GetString());
        Assert.Equal(
            "[parameters('verifierMinimumReplicas')]",
            ArmTemplate.Main.Root.GetProperty("resources").GetProperty("verifier").GetProperty("properties").GetProperty("parameters").GetProperty("minimumReplicas").GetProperty("value").GetString());
        Assert.Contains("`verifierMinimumReplicas` of at least 1", File.ReadAllText(Path.Combine(Repository.Root, "docs", "deploy.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Training_TakesTooLong_IsEndedByTheAppBeforeTheJobEndsIt()
    {
        var resources = ArmTemplate.Main.Root.GetProperty("resources");
        string Given(string to, string name) => resources.GetProperty(to).GetProperty("properties").GetProperty("parameters").GetProperty(name).GetProperty("value").GetString()!;
        var limit = ArmTemplate.Main.Root.GetProperty("parameters").GetProperty("trainingSeconds");

        Assert.Equal("[string(parameters('trainingMinutes'))]", AppSettingsTests.Settings["Retraining__TrainingMinutes"]);
        Assert.Equal("[div(parameters('trainingSeconds'), 60)]", Given("app", "trainingMinutes"));
        Assert.Equal("[add(parameters('trainingSeconds'), 600)]", Given("trainer", "timeoutSeconds"));
        Assert.Equal("[parameters('timeoutSeconds')]", ArmTemplate.Main.Only("Microsoft.App/jobs").GetProperty("properties").GetProperty("configuration").GetProperty("replicaTimeout").GetString());
        Assert.Equal(24 * 3600, limit.GetProperty("maxValue").GetInt32() + 600); // what the job takes at most
    }

    private static int Number(JsonElement probe, string name, int otherwise) => probe.TryGetProperty(name, out var value) ? value.GetInt32() : otherwise;
}
