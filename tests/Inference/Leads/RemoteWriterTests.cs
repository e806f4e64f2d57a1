using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Tests;

namespace Understudy.Inference.Tests.Leads;

/// <summary>A generation task whose lead is behind OpenAI's API. Its release's own models write nonsense that its schema allows.</summary>
public sealed class RemoteWriterTests : IAsyncLifetime
{
    private const string Call = """{"intent":"Call","slots":{"person":"anna"}}""";

    private readonly TemporaryFolder _models = new();
    private FakeLead _lead = null!;

    public async ValueTask InitializeAsync()
    {
        _lead = await FakeLead.StartAsync();
        _lead.Answer = static _ => """{ "slots": { "person": "anna" }, "intent": "Call" }""";
    }

    public async ValueTask DisposeAsync()
    {
        await _lead.DisposeAsync();
        _models.Dispose();
    }

    [Fact]
    public async Task Infer_Deferred_IsWhatTheLeadWroteWithoutItsWhiteSpace()
    {
        var answer = await InferAsync();

        Assert.Equal(("""{"slots":{"person":"anna"},"intent":"Call"}""", "lead", null), (answer.Completion, answer.Receipt.AnsweredBy, answer.Label));
        Assert.Equal(0.9, answer.Confidence, 1e-5);
        Assert.Contains("big", answer.Receipt.Stages.Single(stage => stage.Name == "verify").Reason);
        Assert.Equal(40, answer.Receipt.Tiers[^1].Tokens!.Prompt);
    }

    [Fact]
    public async Task Infer_Deferred_TheInputIsAskedAsItStandsAndTheAnswerHeldToTheTasksSchema()
    {
        await InferAsync(lead: ""","answerTokens":200""", more: ""","instruction":"Say what to do." """);

        var request = Assert.Single(_lead.Requests);
        var messages = request.GetProperty("messages");
        Assert.StartsWith("Say what to do.\nAnswer with one JSON object", Text(messages[0]), StringComparison.Ordinal);
        Assert.Equal("call anna", Text(messages[1]));
        var schema = request.GetProperty("response_format").GetProperty("json_schema").GetProperty("schema");
        Assert.True(System.Text.Json.JsonElement.DeepEquals(System.Text.Json.JsonDocument.Parse(Schema).RootElement, schema), schema.ToString());
        Assert.True(request.GetProperty("logprobs").GetBoolean());
        Assert.Equal(200, request.GetProperty("max_completion_tokens").GetInt32());
    }

    [Theory]
    [InlineData("call  anna\nlee", "call anna lee", "anna lee")]
    [InlineData("call 😀 𠮷野", "call 😀 𠮷野", "😀 𠮷野")]
    public async Task Infer_WordsOfTheInput_AreReadAndAnsweredAsTheReleasesOwnModelsDo(string input, string asked, string person)
    {
        _lead.Answer = _ => System.Text.Json.JsonSerializer.Serialize(new { intent = "Call", slots = new { person } });

        var answer = await InferAsync(input: input);

        Assert.Equal(asked, Text(Assert.Single(_lead.Requests).GetProperty("messages")[1]));
        Assert.Equal($$$"""{"intent":"Call","slots":{"person":"{{{person}}}"}}""", answer.Completion);
    }

    [Fact]
    public async Task Infer_NoSchema_IsAnyText()
    {
        _lead.Answer = static _ => " Call her, then.\n";

        var answer = await InferAsync(schema: null, lead: ""","probabilities":false""");

        Assert.Equal(("Call her, then.", 1.0), (answer.Completion, answer.Confidence));
        var request = Assert.Single(_lead.Requests);
        Assert.False(request.TryGetProperty("response_format", out _) || request.TryGetProperty("max_completion_tokens", out _));
    }

    [Theory]
    [InlineData("Call her, then.", "is no JSON")]
    [InlineData("""{"intent":"Call","slots":{"person":"bert"}}""", "the task's schema does not allow")]
    [InlineData("""{"intent":"Sing","slots":{}}""", "the task's schema does not allow")]
    [InlineData("", "is no JSON")]
    public async Task Infer_LeadWritesWhatTheTaskDoesNotAllow_IsAskedAgainAndThenAway(string said, string problem)
    {
        _lead.Answer = _ => said;

        var answer = await InferAsync(lead: ""","retries":1""");

        Assert.Equal((2, "draft", true), (_lead.Asked, answer.Receipt.AnsweredBy, answer.Receipt.Degraded));
        Assert.Contains(problem, answer.Receipt.Describe());
    }

    [Fact]
    public async Task Verify_LessonsKeepTokens_TheVoteHasThem()
    {
        using var catalog = await CatalogAsync(Schema, "", ""","lessons":{"topLogprobs":1}""");
        using var leads = new LeadConnections();
        using var lease = catalog.Acquire(TestCalls.Task);
        _lead.Answer = static _ => Call;

        var items = await new JointInference(catalog, leads: leads).VerifyAsync(lease.Release, [new() { Id = "x", Input = "call anna", Deferred = true }]);

        Assert.Equal(Call, Assert.Single(items[0].Votes[^1].Chances!).Token);
    }

    private const string Schema = TestCalls.Schema;

    private static string Text(System.Text.Json.JsonElement message)
    {
        var content = message.GetProperty("content");
        return content.ValueKind == System.Text.Json.JsonValueKind.String ? content.GetString()! : content[0].GetProperty("text").GetString()!;
    }

    private async Task<Answer> InferAsync(string? schema = Schema, string lead = "", string more = "", string input = "call anna")
    {
        using var catalog = await CatalogAsync(schema, lead, more);
        using var leads = new LeadConnections();
        return Assert.Single(await new JointInference(catalog, leads: leads).InferAsync(TestCalls.Task, [new InferenceInput("x", input)]));
    }

    private async Task<ReleaseCatalog> CatalogAsync(string? schema, string lead, string more)
    {
        await TestCalls.WriteAsync(_models.Path, schema, more: $$""","lead":{"protocol":"openai","endpoint":"{{_lead.Endpoint}}","model":"big"{{lead}}}{{more}}""");
        return new(_models.Path);
    }
}
