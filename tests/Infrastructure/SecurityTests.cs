using System.Text.Json;
using System.Text.RegularExpressions;
using Understudy.Api;
using Understudy.Workflows.Blobs;

namespace Understudy.Infrastructure.Tests;

public partial class SecurityTests
{
    private static readonly Dictionary<string, string> RolesAllowed = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["ba92f5b4-2d11-453d-a403-e96b0029c9fe"] = "Storage Blob Data Contributor",
        ["2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"] = "Storage Blob Data Reader",
        ["7f951dda-4ed3-4680-a7ca-43fe172d538d"] = "AcrPull",
        ["12338af0-0e69-4776-bea7-57ae8d297424"] = "Key Vault Crypto User",
        ["21090545-7ca7-4776-b22c-e363652d74d2"] = "Key Vault Reader",
        ["b9a307c4-5aa3-4b52-ba60-2b17c136cd7b"] = "Container Apps Jobs Operator",
        ["0ad04412-c4d5-4796-b79c-f76d14c8d402"] = "Durable Task Data Contributor",
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
        var names = variables.GetProperty("containers").EnumerateArray().Select(c => c.GetString() switch
        {
            "[variables('packageContainer')]" => "app-package",
            "[variables('deadLetters')]" => "dead-letters",
            var name => name!,
        });
        Assert.Equal(BlobContainers.All.Append("app-package").Append("dead-letters").Order(), names.Order());
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
        var rbac = ArmTemplate.Main.Modules["access"].GetRawText() + ArmTemplate.Main.Modules["jobAccess"].GetRawText();

        Assert.Equal(RolesAllowed.Keys.Order(), Guids().Matches(rbac).Select(m => m.Value).Distinct().Order());
        Assert.DoesNotContain(ArmTemplate.Main.Types, t => t.Contains("roleDefinitions", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Roles_AreGrantedInTwoModulesOnSingleResources()
    {
        var assignments = ArmTemplate.Main.Resources("Microsoft.Authorization/roleAssignments").ToList();

        Assert.All(assignments, a => Assert.Matches("Microsoft\\.(Storage/storageAccounts|EventGrid/topics|Insights/components|ContainerRegistry/registries|KeyVault/vaults/keys|App/jobs|DurableTask/schedulers)", a.GetProperty("scope").GetString()!));
        var elsewhere = ArmTemplate.Main.Modules.Where(m => m.Key is not ("access" or "jobAccess" or "main") && m.Value.GetRawText().Contains("roleAssignments", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(elsewhere);
    }

    [Theory]
    [InlineData("identity", "app", "appId")]
    [InlineData("verifierIdentity", "verifier", "verifierId")]
    [InlineData("trainerIdentity", "trainer", "trainerId")]
    [InlineData("eventsIdentity", "events", "eventsId")]
    public void Roles_GoToTheIdentityThatEachRunsUnder(string identity, string module, string parameter)
    {
        var resources = ArmTemplate.Main.Root.GetProperty("resources");
        string Given(string to, string name) => resources.GetProperty(to).GetProperty("properties").GetProperty("parameters").GetProperty(name).GetRawText();

        Assert.Contains($"reference('{identity}').outputs.principalId.value", Unescaped(Given("access", parameter)), StringComparison.Ordinal);
        Assert.Contains($"reference('{identity}').outputs.id.value", Unescaped(Given(module, "identityId")), StringComparison.Ordinal);
    }

    [Fact]
    public void Roles_OfTheTrainer_AreToReadReleasesAndToWriteWorkAlone()
    {
        var grants = ArmTemplate.Main.Resources("Microsoft.Authorization/roleAssignments")
            .Where(a => a.GetProperty("properties").GetProperty("principalId").GetString() == "[parameters('trainerId')]")
            .Select(a => (Scope: a.GetProperty("scope").GetString()!, Role: RoleName().Match(a.GetProperty("properties").GetProperty("roleDefinitionId").GetString()!).Groups[1].Value)).ToList();
        var onStorage = grants.Where(grant => grant.Scope.Contains("Microsoft.Storage", StringComparison.Ordinal)).ToList();

        Assert.All(onStorage, grant => Assert.Contains("blobServices/containers", grant.Scope, StringComparison.Ordinal));
        Assert.Equal(
            [("releases", "blobDataReader"), ("work", "blobDataContributor")],
            onStorage.Select(grant => (ContainerName().Match(grant.Scope).Groups[1].Value, grant.Role)).Order());
        Assert.DoesNotContain(grants, grant => grant.Scope.Contains("Microsoft.Insights", StringComparison.Ordinal));
        Assert.Equal(["keyVaultReader"], grants.Where(grant => grant.Scope.Contains("Microsoft.KeyVault", StringComparison.Ordinal)).Select(grant => grant.Role)); // it signs nothing
    }

    [Fact]
    public void Roles_OfTheTopics_AreToWriteDeadLettersAlone()
    {
        var grant = Assert.Single(
            ArmTemplate.Main.Resources("Microsoft.Authorization/roleAssignments"), a => a.GetProperty("properties").GetProperty("principalId").GetString() == "[parameters('eventsId')]");

        Assert.Contains("blobServices/containers', parameters('storageAccountName'), 'default', variables('deadLetters')", grant.GetProperty("scope").GetString()!, StringComparison.Ordinal);
        Assert.Equal("blobDataContributor", RoleName().Match(grant.GetProperty("properties").GetProperty("roleDefinitionId").GetString()!).Groups[1].Value);
    }

    [Fact]
    public void Roles_OfTheAppOnTheJob_AreToStartAndStopItAlone()
    {
        var grant = ArmTemplate.Main.Modules["jobAccess"].GetProperty("resources").EnumerateArray()
            .Single(resource => resource.GetProperty("type").GetString() == "Microsoft.Authorization/roleAssignments");

        Assert.Contains("Microsoft.App/jobs", grant.GetProperty("scope").GetString()!, StringComparison.Ordinal);
        Assert.Equal("[parameters('appId')]", grant.GetProperty("properties").GetProperty("principalId").GetString());
    }

    [Fact]
    public void Trainer_IsToldWhereItsOrdersAreAndWhomToTrust()
    {
        var container = ArmTemplate.Main.Only("Microsoft.App/jobs").GetProperty("properties").GetProperty("template").GetProperty("containers")[0];

        Assert.Equal(
            ["AZURE_CLIENT_ID", "UNDERSTUDY_SIGNING_KEY", "UNDERSTUDY_STORAGE", "UNDERSTUDY_TOPIC", "UNDERSTUDY_TRUST"],
            container.GetProperty("env").EnumerateArray().Select(variable => variable.GetProperty("name").GetString()!).Order());
        Assert.False(container.TryGetProperty("command", out _)); // the image's own: retrain run
        Assert.EndsWith("CMD [\"retrain\", \"run\"]\n", File.ReadAllText(Path.Combine(Repository.Root, "src", "Cli", "Dockerfile")), StringComparison.Ordinal);
    }

    [Fact]
    public void Containers_AreReachedFromTheNetworkOnlyAndPullWithoutPasswords()
    {
        var environment = ArmTemplate.Main.Only("Microsoft.App/managedEnvironments").GetProperty("properties");
        var ingress = ArmTemplate.Main.Only("Microsoft.App/containerApps").GetProperty("properties").GetProperty("configuration").GetProperty("ingress");
        var registry = ArmTemplate.Main.Only("Microsoft.ContainerRegistry/registries").GetProperty("properties");

        Assert.True(environment.GetProperty("vnetConfiguration").GetProperty("internal").GetBoolean());
        Assert.True(ingress.GetProperty("external").GetBoolean()); // of an internal environment: from its network, where the app is, and no further
        Assert.False(ingress.GetProperty("allowInsecure").GetBoolean());
        Assert.All(ingress.GetProperty("additionalPortMappings").EnumerateArray(), port => Assert.True(port.GetProperty("external").GetBoolean()));
        Assert.False(registry.GetProperty("adminUserEnabled").GetBoolean());
        Assert.False(registry.GetProperty("anonymousPullEnabled").GetBoolean());
        Assert.All(
            ArmTemplate.Main.Resources("Microsoft.App/containerApps").Concat(ArmTemplate.Main.Resources("Microsoft.App/jobs")),
            app => Assert.All(app.GetProperty("properties").GetProperty("configuration").GetProperty("registries").EnumerateArray(), pulled => Assert.Equal("[parameters('identityId')]", pulled.GetProperty("identity").GetString())));
    }

    [Fact]
    public void Vault_HoldsTheSigningKeyForRolesOnly()
    {
        var vault = ArmTemplate.Main.Only("Microsoft.KeyVault/vaults").GetProperty("properties");
        var key = ArmTemplate.Main.Only("Microsoft.KeyVault/vaults/keys").GetProperty("properties");

        Assert.True(vault.GetProperty("enableRbacAuthorization").GetBoolean());
        Assert.True(vault.GetProperty("enablePurgeProtection").GetBoolean());
        Assert.Equal(("EC", "P-256"), (key.GetProperty("kty").GetString(), key.GetProperty("curveName").GetString()));
        Assert.Equal(["sign", "verify"], key.GetProperty("keyOps").EnumerateArray().Select(operation => operation.GetString()));
    }

    [Fact]
    public void Storage_KeepsVersionsAndDeletesWhatIsNamedAlone()
    {
        var variables = ArmTemplate.Main.Modules["storage"].GetProperty("variables");

        Assert.True(ArmTemplate.Main.Only("Microsoft.Storage/storageAccounts/blobServices").GetProperty("properties").GetProperty("isVersioningEnabled").GetBoolean());
        var deleted = variables.GetProperty("lifetimes").EnumerateObject().Select(lifetime => lifetime.Name.Contains("deadLetters", StringComparison.Ordinal) ? "dead-letters" : lifetime.Name).ToList();
        Assert.Contains("dead-letters", deleted);
        Assert.All(deleted, name => Assert.Contains(name, BlobContainers.All.Append("dead-letters")));
        Assert.DoesNotContain("releases", deleted);
        Assert.DoesNotContain("edge", deleted);
    }

    [Fact]
    public void EdgeSite_MayReadItsOwnFolderAndAddItsOwnReportsOnly()
    {
        var grants = ArmTemplate.EdgeSite.Resources("Microsoft.Authorization/roleAssignments").ToList();

        Assert.Equal(2, grants.Count);
        Assert.All(grants, grant =>
        {
            Assert.Contains("blobServices/containers", grant.GetProperty("scope").GetString()!, StringComparison.Ordinal);
            Assert.Equal("2.0", grant.GetProperty("properties").GetProperty("conditionVersion").GetString());
        });
        var role = Assert.Single(ArmTemplate.EdgeSite.Resources("Microsoft.Authorization/roleDefinitions")).GetProperty("properties").GetProperty("permissions")[0];
        Assert.Empty(role.GetProperty("actions").EnumerateArray()); // among them would be the deletion of the container, which the condition does not see
        Assert.Equal(
            ["[format('{0}/add/action', variables('blobActions'))]", "[format('{0}/write', variables('blobActions'))]"],
            role.GetProperty("dataActions").EnumerateArray().Select(action => action.GetString()!).Order());
        var variables = ArmTemplate.EdgeSite.Root.GetProperty("variables").GetRawText();
        Assert.Contains("StringLike '{1}/*'", variables.Replace("\\u0027", "'", StringComparison.Ordinal).Replace("''", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void EdgeSite_RoleOfAnotherSubscriptionsGroupOfTheSameName_HasAnotherName()
    {
        var role = ArmTemplate.EdgeSite.Only("Microsoft.Authorization/roleDefinitions");

        Assert.Contains("uniqueString(resourceGroup().id)", role.GetProperty("properties").GetProperty("roleName").GetString()!, StringComparison.Ordinal); // unique in the tenant
    }

    [Fact]
    public void Keys_OfOperators_AreSaidForEveryRouteThatChangesSomething()
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "deploy.md"));
        var whoMayCall = guide[guide.IndexOf("## Who may call", StringComparison.Ordinal)..guide.IndexOf("## What it costs", StringComparison.Ordinal)];
        var named = FunctionName().Matches(whoMayCall).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.Subset(ApiRoutes.All.Select(route => $"Http{route.Name}").ToHashSet(), named);
        Assert.Superset(ApiRoutes.All.Where(route => route.Method != "GET").Select(route => $"Http{route.Name}").ToHashSet(), named);
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

    // az takes one value: of several after a blank it refuses all but the first.
    [Fact]
    public void SignInOfThePlatform_LeavesProbesAndEventsToTheApp()
    {
        var paths = ExcludedPaths().Match(File.ReadAllText(Path.Combine(Repository.Root, "docs", "deploy.md"))).Groups[1].Value;

        Assert.Equal(["/health/live", "/health/ready", "/runtime/webhooks/blobs", "/runtime/webhooks/eventgrid"], paths.Split(','));
    }

    private static string Unescaped(string json) => json.Replace("\\u0027", "'", StringComparison.Ordinal);

    [GeneratedRegex("`(Http[A-Za-z]+)`")]
    private static partial Regex FunctionName();

    [GeneratedRegex("--excluded-paths \"([^\" ]+)\"")]
    private static partial Regex ExcludedPaths();

    [GeneratedRegex("'default', '([a-z-]+)'")]
    private static partial Regex ContainerName();

    [GeneratedRegex("variables\\('role'\\)\\.([A-Za-z]+)")]
    private static partial Regex RoleName();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Guids();

    [GeneratedRegex("listKeys|listSecrets|AccountKey|SharedAccess", RegexOptions.IgnoreCase)]
    private static partial Regex Secrets();
}
