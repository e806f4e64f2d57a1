using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.LocalHost.Events;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Cancellation;
using Understudy.Workflows.Durable;

namespace Understudy.Api.Tests.Operations;

public sealed class OperationTests(TestHost host)
{
    [Fact]
    public async Task Get_Unknown_SaysSo() => await ProblemAssert.IsAsync(
        await host.Http.GetAsync("/api/operations/none-of-these"), HttpStatusCode.NotFound, "unknown-operation", "id");

    [Fact]
    public async Task Cancel_Unknown_SaysSo() => await ProblemAssert.IsAsync(
        await host.Http.DeleteAsync("/api/operations/none-of-these"), HttpStatusCode.NotFound, "unknown-operation", "id");

    [Fact]
    public async Task Cancel_Running_EndsIt()
    {
        // A subscriber that is never there keeps a delivery running.
        var id = await host.Workflows.StartAsync(
            DeliverEventWorkflow.Name, new EventDelivery("http://127.0.0.1:1/", JsonSerializer.SerializeToElement(new { })));

        var left = host.Blob(BlobContainers.Work, $"{id}/00000.items.jsonl");
        await left.UploadAsync(new BinaryData("{}"), TestContext.Current.CancellationToken);

        var cancelled = await (await host.Http.DeleteAsync($"/api/operations/{id}")).Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal("cancelled", cancelled.GetProperty("status").GetString());
        Assert.Equal("cancelled", (await host.Http.GetFromJsonAsync<JsonElement>($"/api/operations/{id}")).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, (await host.Http.DeleteAsync($"/api/operations/{id}")).StatusCode);
        while (await left.ExistsAsync(TestContext.Current.CancellationToken))
        {
            // It goes soon after; a run that hangs here is ended by the tests' time limit.
        }
    }

    [Fact]
    public async Task Cancel_Finished_IsAConflict()
    {
        var location = await FinishedAsync("a");

        await ProblemAssert.IsAsync(await host.Http.DeleteAsync(location), HttpStatusCode.Conflict, "operation-finished", "id");
    }

    [Fact]
    public async Task Cancel_EndsByItselfMeanwhile_KeepsTheResult()
    {
        var location = await FinishedAsync(Many);
        var state = await host.Workflows.GetAsync(Id(location));

        Assert.False(await host.Service<RunCancellation>().CancelAsync(state! with { Status = WorkflowStatus.Running }, TestContext.Current.CancellationToken));

        Assert.Null(await host.Workflows.GetAsync($"clear-{Id(location)}"));
        Assert.Equal(Many.Length, (await host.Http.GetFromJsonAsync<JsonElement>(location)).GetProperty("result").GetProperty("answers").GetArrayLength());
    }

    [Fact]
    public async Task Get_ResultThatIsNoLongerKept_SaysSo()
    {
        var location = await FinishedAsync(Many);
        Assert.True(await host.Blob(BlobContainers.Work, $"{Id(location)}/answers.json").DeleteIfExistsAsync(cancellationToken: TestContext.Current.CancellationToken));

        await ProblemAssert.IsAsync(await host.Http.GetAsync(location), HttpStatusCode.Gone, "result-gone", null);
    }

    private static string[] Many { get; } = [.. Enumerable.Range(0, 200).Select(i => $"you win {i}")];

    private async Task<Uri> FinishedAsync(params string[] inputs)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks/mail/infer")
        {
            Content = JsonContent.Create(new { inputs }),
            Headers = { { "Prefer", "respond-async" } },
        };
        var location = (await host.Http.SendAsync(request)).Headers.Location!;
        await host.Workflows.WaitAsync(Id(location));
        return location;
    }

    private static string Id(Uri location) => location.OriginalString.Split('/')[^1];
}
