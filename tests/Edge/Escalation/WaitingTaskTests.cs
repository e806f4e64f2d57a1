using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Understudy.Inference.Tasks;
using Understudy.Tests;

namespace Understudy.Edge.Tests.Escalation;

/// <summary>A site that serves a task whose callers wait for the lead: only what is refused for good is a student's to answer.</summary>
public sealed class WaitingTaskTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestHost _host = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        var path = Path.Combine(_host.Settings.ModelsFolder, TestModels.Task, "task.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(TaskDefinition.Load(path) with { WhenLeadIsAway = TaskDefinition.Wait }, JsonSerializerOptions.Web), Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(null, HttpStatusCode.OK)] // the cloud's own lead refused it
    [InlineData(StatusCodes.Status422UnprocessableEntity, HttpStatusCode.OK)]
    [InlineData(StatusCodes.Status503ServiceUnavailable, HttpStatusCode.ServiceUnavailable)]
    public async Task Infer_CloudDoesNotTakeTheInput_AStudentAnswersAndElseTheCallerWaits(int? refuses, HttpStatusCode expected)
    {
        await using var fake = await FakeCloud.StartAsync();
        (fake.Refuses, fake.Degrades) = ((_, _) => refuses, _ => true);
        await new Cloud(_host).OfferAsync("lock", TestModels.First);
        await using var site = await TestSite.StartAsync(_folder.At("lock"), _host.Host.StorageConnection, "lock", $"--Edge:CloudUrl={fake.Url}", "--Edge:PollSeconds=3600");
        await site.ServesAsync(TestModels.First);

        using var response = await site.Http.PostAsJsonAsync("/infer", new { input = "your refund" }, Cancelled);

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.OK)
        {
            Assert.Equal((1, 0), (site.Status.Counts.Degraded, site.Status.Counts.Queued)); // asked again, the cloud says the same
            Assert.True((await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("receipt").GetProperty("degraded").GetBoolean());
        }
    }
}
