using System.Text.Json;

namespace Understudy.Infrastructure.Tests;

/// <summary>An event that nobody takes is put aside, and somebody is told.</summary>
public class DeadLettersTests
{
    private const string Container = "dead-letters";

    [Theory]
    [InlineData("Microsoft.EventGrid/topics")]
    [InlineData("Microsoft.EventGrid/systemTopics")]
    public void Subscriptions_PutAsideWhatWasTriedForADay_AsTheirTopic(string topics)
    {
        var subscription = ArmTemplate.Main.Only($"{topics}/eventSubscriptions").GetProperty("properties");

        var retry = subscription.GetProperty("retryPolicy");
        Assert.Equal((30, 1440), (retry.GetProperty("maxDeliveryAttempts").GetInt32(), retry.GetProperty("eventTimeToLiveInMinutes").GetInt32()));
        var dead = subscription.GetProperty("deadLetterWithResourceIdentity");
        Assert.Equal(("UserAssigned", "[parameters('identityId')]"), (dead.GetProperty("identity").GetProperty("type").GetString(), dead.GetProperty("identity").GetProperty("userAssignedIdentity").GetString()));
        Assert.Equal("[variables('identity')]", ArmTemplate.Main.Only(topics).GetProperty("identity").GetString());
        Assert.Equal("UserAssigned", ArmTemplate.Main.Modules["events"].GetProperty("variables").GetProperty("identity").GetProperty("type").GetString());
        var destination = dead.GetProperty("deadLetterDestination");
        Assert.Equal(("StorageBlob", "[variables('deadLetters')]"), (destination.GetProperty("endpointType").GetString(), destination.GetProperty("properties").GetProperty("blobContainerName").GetString()));
    }

    /// <summary>Azure refuses a subscription whose topic may not write where its dead letters go.</summary>
    [Theory]
    [InlineData("batchEvents")]
    [InlineData("ownEvents")]
    public void Subscriptions_AreMadeAfterTheTopicsAndTheirRole(string module)
    {
        var deployment = ArmTemplate.Main.Root.GetProperty("resources").GetProperty(module);

        Assert.Subset(deployment.GetProperty("dependsOn").EnumerateArray().Select(d => d.GetString()!).ToHashSet(), new HashSet<string> { "access", "app", "events", "eventsIdentity", "storage" });
        Assert.Contains("reference('eventsIdentity').outputs.id.value", deployment.GetProperty("properties").GetProperty("parameters").GetProperty("identityId").GetRawText().Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Container_IsOneName()
    {
        var named = ArmTemplate.Main.Modules.Values.Where(m => m.TryGetProperty("variables", out var variables) && variables.TryGetProperty("deadLetters", out _)).Select(m => m.GetProperty("variables").GetProperty("deadLetters").GetString());

        Assert.Equal([Container, Container, Container, Container], named);
    }

    [Theory]
    [InlineData("Microsoft.EventGrid/topics")]
    [InlineData("Microsoft.EventGrid/systemTopics")]
    public void Alerts_TellOfDeadLettersAndOfEventsThatAreLost(string topics)
    {
        var alert = Assert.Single(ArmTemplate.Main.Resources("Microsoft.Insights/metricAlerts"), a => Criterion(a).GetProperty("metricNamespace").GetString() == topics).GetProperty("properties");

        Assert.Equal(
            ["DeadLetteredCount", "DroppedEventCount"],
            ArmTemplate.Main.Modules["alerts"].GetProperty("variables").GetProperty("givenUp").EnumerateObject().Select(metric => metric.Value.GetString()).Order());
        Assert.Contains($"'{topics}'", alert.GetProperty("scopes")[0].GetString()!, StringComparison.Ordinal);
        Assert.Single(alert.GetProperty("actions").EnumerateArray());
    }

    private static JsonElement Criterion(JsonElement alert) => alert.GetProperty("properties").GetProperty("criteria").GetProperty("allOf")[0];
}
