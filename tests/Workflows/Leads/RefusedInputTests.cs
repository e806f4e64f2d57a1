using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Tests.Lessons;

namespace Understudy.Workflows.Tests.Leads;

/// <summary>A lead that does not take one input of several, and beside which no student stands.</summary>
public sealed class RefusedInputTests : IAsyncLifetime
{
    private readonly string[] _texts = ["the first", "the second", "the third"];

    private FakeLead _lead = null!;

    public async ValueTask InitializeAsync()
    {
        _lead = await FakeLead.StartAsync();
        _lead.Refuses = static prompt => prompt.Contains("the second", StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _lead.DisposeAsync();

    [Fact]
    public async Task Batch_TheTaskWaits_TheOthersAreAskedAboutOnceAndKept()
    {
        await using var host = await StartAsync();
        var lines = string.Join('\n', _texts.Select(text => $$"""{"text":"{{text}}"}"""));
        var id = await host.Service<BatchStarter>().StartAsync(TestModels.Task, "one", await host.UploadBatchAsync("one", lines), TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => Task.FromResult(Asked("the second") > 1), "it is asked again about what it refused");
        Assert.Equal(["the first", "the third"], (await StoredLessons.ReadAsync(host)).Select(lesson => lesson.Text!).Order());
        _lead.Refuses = static _ => false;
        var summary = (await host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken)).ReadOutput<BatchSummary>()!;

        Assert.Equal((3, 0), (summary.Answered, summary.Degraded));
        Assert.Equal((1, 1), (Asked("the first"), Asked("the third")));
    }

    [Fact]
    public async Task Infer_SomebodyWaits_IsToldWhichItWas()
    {
        await using var host = await StartAsync();

        using var response = await host.Http.PostAsJsonAsync($"api/tasks/{TestModels.Task}/infer", new { inputs = _texts }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.StartsWith("Input '1': big at ", problem.GetProperty("detail").GetString());
    }

    private int Asked(string text) => _lead.Requests.Count(request => request.GetRawText().Contains(text, StringComparison.Ordinal));

    private async Task<TestHost> StartAsync()
    {
        var host = new TestHost("--Retraining:Automatic=false")
        {
            Define = task => task with
            {
                WhenLeadIsAway = "wait",
                Lead = new() { Protocol = LeadDefinition.OpenAi, Endpoint = _lead.Endpoint.ToString(), Model = "big", Retries = 0, WaitMinutes = 5 },
            },
            More = PromoteAloneAsync,
        };
        await host.InitializeAsync();
        return host;
    }

    private static async Task PromoteAloneAsync(string models)
    {
        TestModels.WriteAlone(models);
        using var catalog = new ReleaseCatalog(models);
        await catalog.PromoteAsync(TestModels.Task, TestModels.Alone);
    }
}
