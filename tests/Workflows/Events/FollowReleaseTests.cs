using System.Net.Http.Json;
using System.Text.Json;
using Azure.Messaging;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;
using Understudy.Workflows.Releases;

namespace Understudy.Workflows.Tests.Events;

public sealed class FollowReleaseTests(QuietHost host) : IClassFixture<QuietHost>
{
    [Fact]
    public async Task Receive_PromotedElsewhere_IsServedAtOnce()
    {
        var catalog = host.Service<ReleaseCatalog>();
        catalog.Acquire(TestModels.Task).Dispose();
        using (var elsewhere = new ReleaseCatalog(catalog.ModelsFolder))
        {
            await elsewhere.PromoteAsync(TestModels.Task, TestModels.Second);
        }

        await ReceiveAsync(new ReleasePublished(TestModels.Task, TestModels.Second, 1));

        using var lease = catalog.Acquire(TestModels.Task);
        Assert.Equal(TestModels.Second, lease.Release.Manifest.Version);
    }

    [Fact]
    public async Task Receive_ATaskThatIsNotHere_IsNoFailure() => await ReceiveAsync(new ReleasePublished("nobody", "v1", 1));

    [Fact]
    public async Task Receive_OtherData_IsIgnored() => await ReceiveAsync(new { Task = 5 });

    [Fact]
    public async Task Promote_ByHttp_IsAnnouncedAndHeard()
    {
        var response = await host.Http.PostAsync($"/api/tasks/{TestModels.Task}/releases/{TestModels.Second}/promote", null);

        Assert.Equal(TestModels.Second, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("stable").GetString());
        var pointer = host.Service<ReleaseCatalog>().Pointer(TestModels.Task, "stable")!;
        Assert.Contains(host.Log, line => line.Contains($"release-{TestModels.Task}-{pointer.Sequence}", StringComparison.Ordinal));
        Assert.Contains(host.Log, line => line.Contains($"is served by release {TestModels.Second}", StringComparison.Ordinal));
    }

    private Task ReceiveAsync(object data) => host.Service<EventReceiver>().ReceiveAsync(
        JsonSerializer.Serialize(new CloudEvent(
            "/understudy/tasks/mail", EventTypes.ReleasePublished, BinaryData.FromObjectAsJson(data, DurableJson.Options), "application/json", CloudEventDataFormat.Json)),
        CancellationToken.None);
}
