using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Understudy.Edge.Escalation;
using Understudy.Edge.Reports;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Blobs;

namespace Understudy.Edge.Tests.Serving;

public sealed class InferTests(CloudFixture cloud) : EdgeTest(cloud)
{
    [Theory]
    [InlineData("you win")]
    [InlineData("the agenda")]
    public async Task Infer_StudentIsSure_AnswersAsTheApiDoes(string input)
    {
        await using var site = await ServingAsync();

        var here = await site.AskAsync(input);

        Assert.Equal(await ApiAsync(input), Timeless(here));
        Assert.Equal(Timeless(here), Timeless(await site.AskAsync(input, $"/api/tasks/{TestModels.Task}/infer")));
    }

    [Theory]
    [InlineData("your refund", "spam")]
    [InlineData("an invoice", "ham")]
    public async Task Infer_StudentIsNotSure_AsksTheCloudAndSaysSo(string input, string label)
    {
        await using var site = await ServingAsync($"--Edge:CloudUrl={Host.Host.Url}");

        var answer = await site.AskAsync(input);

        Assert.Equal(label, answer.GetProperty("label").GetString());
        var receipt = answer.GetProperty("receipt");
        Assert.Equal("lead", receipt.GetProperty("answeredBy").GetString());
        Assert.False(receipt.GetProperty("degraded").GetBoolean());
        Assert.Contains("the cloud was asked, where lead of release 1.0.0 answered", receipt.GetProperty("stages")[2].GetProperty("reason").GetString());
        Assert.Equal(1, site.Status.Counts.Escalated);
    }

    [Fact]
    public async Task Infer_AuditedTask_InputsAreCountedWhateverBecomesOfThem()
    {
        await using var site = await ServingAsync("--Edge:PollSeconds=3600");

        foreach (var input in new[] { "you win", "you win again", "your refund", "the agenda" })
        {
            await site.AskAsync(input);
        }

        var report = JsonSerializer.SerializeToUtf8Bytes(site.Status, SiteJson.Options);
        Assert.InRange(report.Length, 1, 2048);
        var inputs = JsonSerializer.Deserialize<SiteStatus>(report, SiteJson.Options)!.Counts.Inputs!;
        Assert.Equal([2, 2], inputs.Labels); // ham and spam, and of the refund the student knows nothing
        Assert.Equal((1, 4), (inputs.Confidence[2], inputs.Inputs));
        Assert.True(inputs.CanBe(2));
    }

    [Fact]
    public async Task Infer_CloudNotAllowed_DegradesAndKeepsTheInputUntilItIsUploaded()
    {
        await using var site = await ServingAsync("--Edge:PollSeconds=3600");

        var answer = await site.AskAsync("your refund");

        Assert.True(answer.GetProperty("receipt").GetProperty("degraded").GetBoolean());
        var queue = site.Service<EscalationQueue>();
        Assert.Equal("your refund", Assert.Single(queue.Hardest(TestModels.Task)).Text);
        await site.Service<EscalationPump>().PumpAsync(Cancelled);
        Assert.Empty(queue.Hardest(TestModels.Task));
        var line = Assert.Single(await HardAsync());
        Assert.Equal("your refund", line.GetProperty("text").GetString());
        Assert.Equal(answer.GetProperty("label").GetString(), line.GetProperty("student").GetProperty("label").GetString());
    }

    [Fact]
    public async Task Infer_CallerForbidsStoring_KeepsNothing()
    {
        await using var site = await ServingAsync("--Edge:PollSeconds=3600");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/infer") { Content = JsonContent.Create(new { input = "your refund" }), Headers = { { "X-Understudy-Store", "false" } } };

        (await site.Http.SendAsync(request, Cancelled)).EnsureSuccessStatusCode();

        Assert.Equal(0, site.Status.Counts.Queued);
        Assert.Equal(1, site.Status.Counts.Degraded);
    }

    [Fact]
    public async Task Infer_DiskTakesNothing_AnswersAllTheSameAndCountsWhatIsLetGo()
    {
        await using var site = await ServingAsync("--Edge:PollSeconds=3600");
        Directory.CreateDirectory(Path.Combine(Data, "queue"));
        await File.WriteAllTextAsync(Path.Combine(Data, "queue", TestModels.Task), "no folder", Cancelled);

        Assert.True((await site.AskAsync("your refund")).GetProperty("receipt").GetProperty("degraded").GetBoolean());

        Assert.Equal((1, 1, 0), (site.Status.Counts.Dropped, site.Status.Counts.Answers, site.Status.Counts.Queued));
    }

    [Fact]
    public async Task Infer_CloudComesBack_IsAskedAboutWhatWaitedAlsoAfterARestart()
    {
        await using (var site = await ServingAsync("--Edge:CloudUrl=http://127.0.0.1:1", "--Edge:PollSeconds=3600"))
        {
            Assert.True((await site.AskAsync("your refund")).GetProperty("receipt").GetProperty("degraded").GetBoolean());
            Assert.True((await site.AskAsync("an invoice")).GetProperty("receipt").GetProperty("degraded").GetBoolean());
            Assert.Equal(2, site.Status.Counts.Queued);
        }

        await using var again = await TestSite.StartAsync(Data, Storage, Name, $"--Edge:CloudUrl={Host.Host.Url}");

        await Eventually.TrueAsync(() => Task.FromResult(again.Status.Counts is { Queued: 0, Escalated: 2 }), "what waited has been asked about");
        Assert.Equal(1, again.Status.Counts.Agreed); // the student said ham to both
    }

    [Fact]
    public async Task Upload_MoreThanTheDaysBytes_SendsTheHardestThatFit()
    {
        await using var site = await ServingAsync("--Edge:PollSeconds=3600", "--Edge:UploadBytesPerDay=700");
        for (var i = 0; i < 10; i++)
        {
            await site.AskAsync($"your refund number {i}");
        }

        var sent = await site.Service<HardExamples>().UploadAsync(TestModels.Task, Cancelled);

        Assert.InRange(sent, 1, 4);
        Assert.Equal(10 - sent, site.Status.Counts.Queued);
        Assert.Equal(0, await site.Service<HardExamples>().UploadAsync(TestModels.Task, Cancelled));
        Assert.InRange((await HardAsync()).Sum(line => line.GetRawText().Length + 1), 1, 700);
    }

    [Fact]
    public async Task Upload_LineIsDown_UsesUpNoneOfTheDaysBytes()
    {
        await using (var site = await ServingAsync("--Edge:PollSeconds=3600"))
        {
            await site.AskAsync("your refund");
        }

        var nobody = Regex.Replace(Storage, "(?<=127\\.0\\.0\\.1:)\\d+", "1");
        await using (var cut = await TestSite.StartAsync(Data, nobody, Name, "--Edge:PollSeconds=3600"))
        {
            var before = cut.Service<UploadBudget>().Left;
            await Assert.ThrowsAnyAsync<Exception>(() => cut.Service<HardExamples>().UploadAsync(TestModels.Task, Cancelled));
            Assert.Equal(before, cut.Service<UploadBudget>().Left);
        }

        await using var again = await TestSite.StartAsync(Data, Storage, Name, "--Edge:PollSeconds=3600");
        var left = again.Service<UploadBudget>().Left;
        Assert.Equal(1, await again.Service<HardExamples>().UploadAsync(TestModels.Task, Cancelled));
        Assert.True(again.Service<UploadBudget>().Left < left);
    }

    [Fact]
    public async Task Chat_Label_ComesAsTheApiSendsIt()
    {
        await using var site = await ServingAsync();
        var body = new { model = TestModels.Task, messages = new[] { new { role = "user", content = "you win" } } };

        using var here = await site.Http.PostAsJsonAsync("/v1/chat/completions", body, Cancelled);
        using var there = await Host.Http.PostAsJsonAsync("/v1/chat/completions", body, Cancelled);

        Assert.Equal(await ChatAsync(there), await ChatAsync(here));
        Assert.Equal(Timeless(JsonDocument.Parse(there.Headers.GetValues("X-Understudy-Receipt").Single()).RootElement), Timeless(JsonDocument.Parse(here.Headers.GetValues("X-Understudy-Receipt").Single()).RootElement));
    }

    [Theory]
    [InlineData("logprobs", "true", "logprobs")]
    [InlineData("response_format", """{"type":"json_object"}""", "response_format.type")]
    [InlineData("frequency_penalty", "1", "frequency_penalty")]
    [InlineData("n", "2", "n")]
    [InlineData("tools", "[{}]", "tools")]
    [InlineData("tool_choice", "\"required\"", "tool_choice")]
    [InlineData("modalities", "[\"audio\"]", "modalities")]
    [InlineData("web_search_options", "{}", "web_search_options")]
    public async Task Chat_FieldThatIsNotOnOffer_IsRefusedAsByTheApi(string name, string value, string field)
    {
        await using var site = await ServingAsync();
        var body = $$"""{"model":"{{TestModels.Task}}","messages":[{"role":"user","content":"you win"}],"{{name}}":{{value}}}""";

        using var here = await site.Http.PostAsync("/v1/chat/completions", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancelled);
        using var there = await Host.Http.PostAsync("/v1/chat/completions", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancelled);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (here.StatusCode, there.StatusCode));
        var (error, other) = ((await here.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("error"), (await there.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("error"));
        Assert.Equal((field, field), (error.GetProperty("param").GetString(), other.GetProperty("param").GetString()));
        Assert.StartsWith(other.GetProperty("message").GetString()!, error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Chat_CallerForbidsStoring_KeepsNothing()
    {
        await using var site = await ServingAsync("--Edge:PollSeconds=3600");

        using var response = await site.Http.PostAsJsonAsync(
            "/v1/chat/completions", new { model = TestModels.Task, store = false, messages = new[] { new { role = "user", content = "your refund" } } }, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((1, 0), (site.Status.Counts.Degraded, site.Status.Counts.Queued));
    }

    [Fact]
    public async Task Chat_Stream_HasTheAnswerAndTheReceipt()
    {
        await using var site = await ServingAsync();

        using var response = await site.Http.PostAsJsonAsync(
            "/v1/chat/completions", new { model = TestModels.Task, stream = true, messages = new[] { new { role = "user", content = "you win" } } }, Cancelled);

        var events = (await response.Content.ReadAsStringAsync(Cancelled)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(data => data["data: ".Length..]).ToList();
        Assert.Equal("[DONE]", events[^1]);
        Assert.Contains(events, data => data.Contains("\"content\":\"spam\"", StringComparison.Ordinal));
        Assert.Equal("student", JsonDocument.Parse(events[^2]).RootElement.GetProperty("receipt").GetProperty("answeredBy").GetString());
    }

    [Theory]
    [InlineData("""{"inputs":[]}""", "inputs", HttpStatusCode.BadRequest)]
    [InlineData("""{"input":" "}""", "input", HttpStatusCode.BadRequest)]
    [InlineData("""{"input":"a","inputs":["b"]}""", "input", HttpStatusCode.BadRequest)]
    [InlineData("""{"text":"a"}""", "text", HttpStatusCode.BadRequest)]
    [InlineData("""{"input":"a","task":"other"}""", "task", HttpStatusCode.NotFound)]
    [InlineData("nonsense", "body", HttpStatusCode.BadRequest)]
    [InlineData("""{"\ud800":"a"}""", "body", HttpStatusCode.BadRequest)]
    [InlineData("""{"input":"a","input":"b"}""", "input", HttpStatusCode.BadRequest)]
    public async Task Infer_RequestThatIsWrong_IsAProblemWithItsField(string body, string field, HttpStatusCode status)
    {
        await using var site = await ServingAsync();

        using var response = await site.Http.PostAsync("/infer", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancelled);

        Assert.Equal(status, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.NotEmpty(problem.GetProperty("remedy").GetString()!);
    }

    [Fact]
    public async Task Infer_TaskInThePathAndTheBody_IsRefused()
    {
        await using var site = await ServingAsync();

        using var response = await site.Http.PostAsJsonAsync($"/api/tasks/{TestModels.Task}/infer", new { task = "other", input = "you win" }, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("task", (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("/infer")]
    [InlineData("/v1/chat/completions")]
    public async Task Post_NotUtf8OrNotJson_IsTheCallersMistake(string path)
    {
        await using var site = await ServingAsync();

        using var bytes = await site.Http.PostAsync(path, new ByteArrayContent([.. "{\"input\":\""u8, 0xFF, .. "\"}"u8]) { Headers = { ContentType = new("application/json") } }, Cancelled);
        using var text = await site.Http.PostAsync(path, new StringContent("{\"input\":\"a\"}", System.Text.Encoding.UTF8, "text/plain"), Cancelled);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.UnsupportedMediaType), (bytes.StatusCode, text.StatusCode));
    }

    [Fact]
    public async Task Chat_PartWhoseTypeIsNoText_IsRefused()
    {
        await using var site = await ServingAsync();

        using var response = await site.Http.PostAsync(
            "/v1/chat/completions", new StringContent($$"""{"model":"{{TestModels.Task}}","messages":[{"role":"user","content":[{"type":1,"text":"x"}]}]}""", System.Text.Encoding.UTF8, "application/json"), Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task V1_NothingIsThere_SaysWhatThereIs()
    {
        await using var site = await ServingAsync();

        using var response = await site.Http.GetAsync("/v1/chat/completions", Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("unknown_url", (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("error").GetProperty("code").GetString());
    }

    private async Task<TestSite> ServingAsync(params string[] args)
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        var site = await TestSite.StartAsync(Data, Storage, Name, args);
        await site.ServesAsync(TestModels.First);
        return site;
    }

    private async Task<string> ApiAsync(string input)
    {
        using var response = await Host.Http.PostAsJsonAsync($"/api/tasks/{TestModels.Task}/infer", new { input }, Cancelled);
        return Timeless(await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled));
    }

    private static async Task<string> ChatAsync(HttpResponseMessage response)
    {
        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
        Assert.True(answer.Remove("id") && answer.Remove("created"));
        return answer.ToJsonString();
    }

    /// <summary>The JSON without what a clock decides.</summary>
    private static string Timeless(JsonElement answer)
    {
        var node = JsonNode.Parse(answer.GetRawText())!;
        Strip(node);
        return node.ToJsonString();

        static void Strip(JsonNode? node)
        {
            if (node is JsonObject fields)
            {
                foreach (var name in fields.Select(field => field.Key).ToList())
                {
                    if (name is "milliseconds" or "modelMilliseconds" or "saving")
                    {
                        fields.Remove(name);
                    }
                    else
                    {
                        Strip(fields[name]);
                    }
                }
            }
            else if (node is JsonArray list)
            {
                foreach (var item in list)
                {
                    Strip(item);
                }
            }
        }
    }

    private async Task<List<JsonElement>> HardAsync()
    {
        List<JsonElement> lines = [];
        await foreach (var blob in Host.Blobs.GetBlobContainerClient(BlobContainers.EdgeReports).GetBlobsAsync(Azure.Storage.Blobs.Models.BlobTraits.None, Azure.Storage.Blobs.Models.BlobStates.None, $"{Name}/{TestModels.Task}/hard/", Cancelled))
        {
            lines.AddRange((await Host.ReadBlobAsync(BlobContainers.EdgeReports, blob.Name)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement));
        }

        return lines;
    }
}
