using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Understudy.Functions;
using Understudy.Functions.Events;
using Understudy.Inference.Signing;
using Understudy.Workflows.Events;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Retraining.Jobs;

namespace Understudy.Infrastructure.Tests;

public class AppSettingsTests
{
    /// <summary>Those that Bicep works out; the operator's own come before them.</summary>
    internal static Dictionary<string, string> Settings => ArmExpression.Object(Expression);

    internal static string Expression => ArmTemplate.Main.Resources("Microsoft.Web/sites/config")
        .Single(c => c.GetProperty("name").GetString()!.Contains("appsettings", StringComparison.Ordinal))
        .GetProperty("properties").GetString()!;

    [Fact]
    public async Task Settings_AsDeployed_StartTheAppAndReachItsResources()
    {
        // Bicep's expressions are worked out by Azure; here each stands for a value of its kind.
        var values = Settings.Select(s => KeyValuePair.Create(s.Key.Replace("__", ":", StringComparison.Ordinal), (string?)Worked(s.Key, s.Value)));
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values).Build())
            .AddLogging()
            .AddUnderstudyFunctions()
            .BuildServiceProvider();

        services.GetRequiredService<IStartupValidator>().Validate();

        Assert.Equal("stage", services.GetRequiredService<BlobServiceClient>().AccountName);
        Assert.NotNull(await services.GetRequiredService<EventTopic>()(CancellationToken.None));
        Assert.IsType<ContainerJobTrainer>(services.GetRequiredService<ITrainer>());

        static string Worked(string key, string value) => key switch
        {
            "Quota__RequestsPerMinute" => "0",
            "Retraining__TrainingMinutes" => "240",
            "Trainer__Job" => "/subscriptions/s/resourceGroups/g/providers/Microsoft.App/jobs/understudy-trainer",
            "Trainer__Endpoint" => "https://management.azure.com/",
            _ when value.Contains("topicEndpoint", StringComparison.Ordinal) => "https://topic.example/api/events",
            _ when value.Contains("storageAccountName", StringComparison.Ordinal) => "stage",
            _ => value,
        };
    }

    [Theory]
    [InlineData("AzureWebJobsStorage__credential", "managedidentity")]
    [InlineData("AzureWebJobsStorage__clientId", "[parameters('identityClientId')]")]
    [InlineData("AZURE_CLIENT_ID", "[parameters('identityClientId')]")]
    [InlineData("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "[format('ClientId={0};Authorization=AAD', parameters('identityClientId'))]")]
    [InlineData("OTEL_TRACES_SAMPLER", "microsoft.fixed_percentage")] // left out, the host keeps five traces a second, failed or not
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "[parameters('tracesKept')]")]
    public void Settings_OfTheHost_NameTheIdentityAndTheShareOfTraces(string name, string value) => Assert.Equal(value, Settings[name]);

    [Fact]
    public void Settings_ThatAreSet_AreThoseThatTheHostAndTheAppRead()
    {
        string[] host = ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "AZURE_CLIENT_ID", "AzureWebJobsStorage__"];
        string[] app =
        [
            "APPLICATIONINSIGHTS_CONNECTION_STRING", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG", $"{TopicOptions.Section}__{nameof(TopicOptions.TopicEndpoint)}",
            "Quota__RequestsPerMinute", $"{RetrainingOptions.Section}__{nameof(RetrainingOptions.TrainingMinutes)}", $"{TrainerOptions.Section}__{nameof(TrainerOptions.Endpoint)}", $"{TrainerOptions.Section}__{nameof(TrainerOptions.Job)}", ReleaseKeys.SigningKeyVariable, ReleaseKeys.TrustVariable,
        ];

        Assert.Equal(app.Order(), Settings.Keys.Where(key => !Array.Exists(host, key.StartsWith)).Order());
    }

    [Fact]
    public void Settings_OfAVault_AreReadByTheAppsIdentity() // left out, by one of the system's, which it does not have
        => Assert.Equal("[parameters('identityId')]", ArmTemplate.Main.Only("Microsoft.Web/sites").GetProperty("properties").GetProperty("keyVaultReferenceIdentity").GetString());

    [Fact]
    public void Settings_OfTheApp_AreInTheSampleForOneMachine()
    {
        using var sample = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "local.settings.sample.json")));
        var local = sample.RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name);

        // What an identity, Application Insights or the platform is for has no place on one machine.
        var app = Settings.Keys.Where(key => key.Contains("__", StringComparison.Ordinal) && !key.StartsWith("Azure", StringComparison.Ordinal) || key.StartsWith("UNDERSTUDY_", StringComparison.Ordinal) || key.StartsWith("OTEL_EXPORTER", StringComparison.Ordinal));
        Assert.Subset(local.ToHashSet(), app.ToHashSet());
    }

    [Fact]
    public void Settings_OfTheOperator_StayAndOverrideNone() =>
        Assert.StartsWith("[shallowMerge(createArray(parameters('settings'), createObject(", Expression, StringComparison.Ordinal);

    [Fact]
    public void Settings_OnFlexConsumption_LeaveTheRuntimeToTheAppsConfiguration()
    {
        var runtime = ArmTemplate.Main.Only("Microsoft.Web/sites").GetProperty("properties").GetProperty("functionAppConfig").GetProperty("runtime");

        Assert.Equal(("dotnet-isolated", "10.0"), (runtime.GetProperty("name").GetString(), runtime.GetProperty("version").GetString()));
        Assert.DoesNotContain("FUNCTIONS_WORKER_RUNTIME", Settings.Keys);
        Assert.DoesNotContain("AzureWebJobsStorage", Settings.Keys);
    }
}
