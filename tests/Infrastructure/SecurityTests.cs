using System.Text.Json;
using System.Text.RegularExpressions;
using Understudy.Workflows.Blobs;

namespace Understudy.Infrastructure.Tests;

public partial class SecurityTests
{
    private static readonly Dictionary<string, string> RolesAllowed = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["d5a91429-5739-47e2-a06b-3470a27159e7"] = "EventGrid Data Sender",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
    };

    [Fact]
    public void Storage_HasNoKeysNoPublicBlobsAndTls12()
    {
        var account = ArmTemplate.Main.Only("Microsoft.Storage/storageAccounts").GetProperty("properties");

        Assert.False(account.GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.False(account.GetProperty("allowSharedKeyAccess").GetBoolean());
        Assert.False(account.GetProperty("allowCrossTenantReplication").GetBoolean());
        Assert.True(account.GetProperty("supportsHttpsTrafficOnly").GetBoolean());
        Assert.Contains(account.GetProperty("minimumTlsVersion").GetString(), new[] { "TLS1_2", "TLS1_3" });
    }

    [Fact]
    public void Storage_Containers_AreTheProductsAndThePackagesAllPrivate()
    {
        var container = ArmTemplate.Main.Only("Microsoft.Storage/storageAccounts/blobServices/containers");
        var variables = ArmTemplate.Main.Modules["storage"].GetProperty("variables");

        Assert.Equal("None", container.GetProperty("properties").GetProperty("publicAccess").GetString());
        var names = variables.GetProperty("containers").EnumerateArray().Select(c => c.GetString()!.Replace("[variables('packageContainer')]", "app-package", StringComparison.Ordinal));
        Assert.Equal(BlobContainers.All.Append("app-package").Order(), names.Order());
    }

    [Fact]
    public void Topic_TakesCloudEventsFromIdentitiesOnly()
    {
        var topic = ArmTemplate.Main.Only("Microsoft.EventGrid/topics").GetProperty("properties");

        Assert.Equal("CloudEventSchemaV1_0", topic.GetProperty("inputSchema").GetString());
        Assert.True(topic.GetProperty("disableLocalAuth").GetBoolean());
        Assert.Equal("1.2", topic.GetProperty("minimumTlsVersionAllowed").GetString());
    }

    [Fact]
    public void Telemetry_IsTakenFromIdentitiesOnly()
    {
        Assert.True(ArmTemplate.Main.Only("Microsoft.Insights/components").GetProperty("properties").GetProperty("DisableLocalAuth").GetBoolean());
        Assert.True(ArmTemplate.Main.Only("Microsoft.OperationalInsights/workspaces").GetProperty("properties").GetProperty("features").GetProperty("disableLocalAuth").GetBoolean());
    }

    [Fact]
    public void App_SpeaksHttpsOnlyAndPublishesWithoutPasswords()
    {
        var app = ArmTemplate.Main.Only("Microsoft.Web/sites").GetProperty("properties");

        Assert.True(app.GetProperty("httpsOnly").GetBoolean());
        Assert.Equal("1.2", app.GetProperty("siteConfig").GetProperty("minTlsVersion").GetString());
        Assert.Equal("1.2", app.GetProperty("siteConfig").GetProperty("scmMinTlsVersion").GetString());
        Assert.Equal("Disabled", app.GetProperty("siteConfig").GetProperty("ftpsState").GetString());
        var publishing = ArmTemplate.Main.Resources("Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToList();
        Assert.Equal(2, publishing.Count);
        Assert.All(publishing, p => Assert.False(p.GetProperty("properties").GetProperty("allow").GetBoolean()));
    }

    [Fact]
    public void App_StartsFromItsPackageByIdentity()
    {
        var storage = ArmTemplate.Main.Only("Microsoft.Web/sites").GetProperty("properties").GetProperty("functionAppConfig").GetProperty("deployment").GetProperty("storage");

        Assert.Equal("UserAssignedIdentity", storage.GetProperty("authentication").GetProperty("type").GetString());
    }

    [Fact]
    public void Roles_AreTheSmallOnesThatTheAppNeeds()
    {
        var rbac = ArmTemplate.Main.Modules["access"];

        Assert.Equal(RolesAllowed.Keys.Order(), Guids().Matches(rbac.GetRawText()).Select(m => m.Value).Distinct().Order());
        Assert.DoesNotContain(ArmTemplate.Main.Types, t => t.Contains("roleDefinitions", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Roles_AreGrantedInOneModuleOnSingleResources()
    {
        var assignments = ArmTemplate.Main.Resources("Microsoft.Authorization/roleAssignments").ToList();

        Assert.All(assignments, a => Assert.Matches("Microsoft\\.(Storage/storageAccounts|EventGrid/topics|Insights/components)", a.GetProperty("scope").GetString()!));
        var elsewhere = ArmTemplate.Main.Modules.Where(m => m.Key is not "access" and not "main" && m.Value.GetRawText().Contains("roleAssignments", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(elsewhere);
    }

    [Fact]
    public void Roles_GoToTheIdentityThatTheAppRunsUnder()
    {
        var resources = ArmTemplate.Main.Root.GetProperty("resources");
        var grantee = resources.GetProperty("access").GetProperty("properties").GetProperty("parameters").GetProperty("principalId").GetProperty("value").GetString()!;
        var attached = resources.GetProperty("app").GetProperty("properties").GetProperty("parameters").GetProperty("identityId").GetProperty("value").GetString()!;

        Assert.Equal("[reference('identity').outputs.principalId.value]", grantee);
        Assert.Equal("[reference('identity').outputs.id.value]", attached);
        Assert.Single(ArmTemplate.Main.Resources("Microsoft.ManagedIdentity/userAssignedIdentities"));
        Assert.All(ArmTemplate.Main.Resources("Microsoft.Authorization/roleAssignments"), a =>
            Assert.Equal("[parameters('principalId')]", a.GetProperty("properties").GetProperty("principalId").GetString()));
    }

    [Fact]
    public void Keys_AreReadForTheBlobWebhookOnlyAndNeverGivenOut()
    {
        var readers = ArmTemplate.Main.Modules.Where(m => m.Key != "main" && Secrets().IsMatch(m.Value.GetRawText())).Select(m => m.Key);

        Assert.Equal(["batchEvents"], readers);
        Assert.All(ArmTemplate.Main.Modules.Values, m => Assert.False(m.TryGetProperty("outputs", out var outputs) && Secrets().IsMatch(outputs.GetRawText())));
    }

    [Fact]
    public void Parameters_AreDescribed()
        => Assert.All(
            from module in ArmTemplate.Main.Modules
            where module.Value.TryGetProperty("parameters", out _)
            from parameter in module.Value.GetProperty("parameters").EnumerateObject()
            select ($"{module.Key}.{parameter.Name}", parameter.Value),
            p => Assert.True(p.Value.TryGetProperty("metadata", out var m) && m.TryGetProperty("description", out JsonElement _), $"{p.Item1} has no description."));

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Guids();

    [GeneratedRegex("listKeys|listSecrets|AccountKey|SharedAccess", RegexOptions.IgnoreCase)]
    private static partial Regex Secrets();
}
