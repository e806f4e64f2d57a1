using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Understudy.Inference.Datasets;
using Understudy.Inference.Leads;
using Understudy.Inference.Tasks;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

/// <summary>Lessons that are calls are checked against a lead behind an endpoint, which may answer none of the few that it is asked about.</summary>
public sealed class RemoteCallTests : IAsyncLifetime
{
    private const string Unplaced = "call anna and anna";

    private static readonly Dictionary<string, string> Calls = TaggedCalls.Requests.Take(80).Select(request => (request.Text, Call: request.Call.ToJson()))
        .Append((Unplaced, """{"intent":"Call","slots":{"person":"anna"}}""")).ToDictionary();

    private FakeLead _lead = null!;
    private TestHost _host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lead = await FakeLead.StartAsync();
        _lead.Answer = static prompt => Calls.Where(call => prompt.Contains(call.Key, StringComparison.Ordinal)).MaxBy(call => call.Key.Length).Value;
        _host = new TestHost("--Retraining:Automatic=false") { More = WriteAsync };
        await _host.InitializeAsync();
        await _host.Blob(BlobContainers.TeacherOutputs, $"{TaggedCalls.Task}/dropped.jsonl").UploadAsync(
            new BinaryData(TestLessons.Jsonl(Calls.Select(call => new DatasetRecord { Text = call.Key, Teacher = new() { Completion = call.Value } }))), Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _lead.DisposeAsync();
    }

    [Fact]
    public async Task Curate_TheLeadRefusesTheOnlyCallThatCannotBePlaced_GoesOnWithoutIt()
    {
        var answer = _lead.Answer;
        _lead.Answer = prompt => prompt.Contains(Unplaced, StringComparison.Ordinal) ? "I cannot say." : answer(prompt);

        var curation = await CurateAsync(remoteSample: 64);

        Assert.Null(curation.Problem);
        Assert.Equal((80, 1, 1.0), (curation.Usable, curation.Ambiguous, curation.LeadAgreement));
    }

    [Fact]
    public async Task Curate_TheLeadAnswersNoneOfThoseToLearnFrom_IsTriedAgain()
    {
        _lead.Answer = static _ => "I cannot say.";

        await Assert.ThrowsAsync<LeadAwayException>(() => CurateAsync(remoteSample: 1));
    }

    private async Task WriteAsync(string models)
    {
        await TaggedCalls.WriteAsync(models, leadKnows: false);
        var path = Path.Combine(models, TaggedCalls.Task, "task.json");
        var task = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        task["lead"] = new JsonObject { ["protocol"] = LeadDefinition.OpenAi, ["endpoint"] = _lead.Endpoint.ToString(), ["model"] = "big", ["retries"] = 0 };
        await File.WriteAllTextAsync(path, task.ToJsonString());
    }

    private async Task<Curation> CurateAsync(int remoteSample)
    {
        var services = _host.Service<IServiceProvider>();
        var settings = RetrainSettings.From(services.GetRequiredService<IOptions<RetrainingOptions>>().Value) with { RemoteLeadSample = remoteSample };
        var input = new RetrainInput(TaggedCalls.Task, TaggedCalls.Version, true, "hand", settings);
        var context = new ActivityContext("retrain-remote", Cancelled);
        var snapshot = await ActivatorUtilities.CreateInstance<SnapshotActivity>(services).RunAsync(context, input);
        return await ActivatorUtilities.CreateInstance<CurateActivity>(services).RunAsync(context, new(input, snapshot));
    }
}
