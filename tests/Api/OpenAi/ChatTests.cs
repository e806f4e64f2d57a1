using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Understudy.Inference.PromptCompression;
using Understudy.Tests;

namespace Understudy.Api.Tests.OpenAi;

/// <summary>A classification task as a model.</summary>
public sealed class ChatTests(TestHost host)
{
    private const string Path = "/v1/chat/completions";

    [Theory]
    [InlineData("you win", "spam", "student")]
    [InlineData("about your refund", "spam", "lead")]
    [InlineData("please read the agenda", "ham", "student")]
    public async Task Chat_UsersLastMessage_IsAnsweredWithItsLabelAndAReceipt(string content, string label, string answeredBy)
    {
        var response = await host.Http.PostAsJsonAsync(Path, new
        {
            model = "mail",
            messages = new[] { Message("system", "Be brief: you win."), Message("user", "the agenda"), Message("assistant", "ham"), Message("user", content) },
            temperature = 0.7,
            max_tokens = 5,
        });

        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(("chat.completion", "mail"), (answer.GetProperty("object").GetString(), answer.GetProperty("model").GetString()));
        var choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal(("assistant", label), (choice.GetProperty("message").GetProperty("role").GetString(), choice.GetProperty("message").GetProperty("content").GetString()));
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        var usage = answer.GetProperty("usage");
        Assert.Equal(PromptTokens.Count(content), usage.GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(PromptTokens.Count(content) + PromptTokens.Count(label), usage.GetProperty("total_tokens").GetInt32());
        var receipt = JsonDocument.Parse(Assert.Single(response.Headers.GetValues("X-Understudy-Receipt"))).RootElement;
        Assert.Equal((answeredBy, TestModels.First), (receipt.GetProperty("answeredBy").GetString(), receipt.GetProperty("release").GetString()));
        Assert.Equal(["compress", "cascade", "verify", "stack"], receipt.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData(Path, """{"model":"mail","messages":[{"role":"user","content":"you win"}]}""")]
    [InlineData("/v1/completions", """{"model":"mail","prompt":"you win"}""")]
    public async Task Post_MustBeVerified_AsksTheLeadThoughAStudentIsSure(string path, string body)
    {
        var response = await PostAsync(path, body, "true");

        Assert.Equal("lead", JsonDocument.Parse(Assert.Single(response.Headers.GetValues("X-Understudy-Receipt"))).RootElement.GetProperty("answeredBy").GetString());
        await ErrorAssert.IsAsync(await PostAsync(path, body, "please"), HttpStatusCode.BadRequest, "invalid_verify", "X-Understudy-Verify");
    }

    [Fact]
    public async Task Chat_Stream_GivesTheLabelThenTheReceiptAndTheUsage()
    {
        var response = await host.Http.PostAsJsonAsync(
            Path, new { model = "mail", messages = new[] { Message("user", "you win") }, stream = true, stream_options = new { include_usage = true } });

        var events = await EventReader.ReadAsync(response);

        Assert.Equal(4, events.Count);
        Assert.All(events, piece => Assert.Equal("chat.completion.chunk", piece.GetProperty("object").GetString()));
        Assert.Equal("assistant", Delta(events[0]).GetProperty("role").GetString());
        Assert.Equal("spam", Delta(events[1]).GetProperty("content").GetString());
        Assert.Equal("stop", events[2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal("student", events[2].GetProperty("receipt").GetProperty("answeredBy").GetString());
        Assert.Equal((0, PromptTokens.Count("spam")), (events[3].GetProperty("choices").GetArrayLength(), events[3].GetProperty("usage").GetProperty("completion_tokens").GetInt32()));
    }

    [Fact]
    public async Task Chat_TextParts_AreReadAsOneText()
    {
        var parts = new[] { new { type = "text", text = "about your " }, new { type = "text", text = "refund" } };

        var response = await host.Http.PostAsJsonAsync(Path, new { model = "mail", messages = new[] { new { role = "user", content = parts } } });

        Assert.Equal("spam", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task Completion_OnePrompt_IsAnsweredWithItsLabel()
    {
        var response = await host.Http.PostAsJsonAsync("/v1/completions", new { model = "mail", prompt = "you win" });

        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("text_completion", answer.GetProperty("object").GetString());
        Assert.Equal("spam", answer.GetProperty("choices")[0].GetProperty("text").GetString());
        Assert.Equal(PromptTokens.Count("you win"), answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.True(response.Headers.Contains("X-Understudy-Receipt"));
    }

    [Fact]
    public async Task Models_TasksThatServe_AreListed()
    {
        var list = await host.Http.GetFromJsonAsync<JsonElement>("/v1/models");
        var card = await host.Http.GetFromJsonAsync<JsonElement>("/v1/models/mail");

        Assert.Equal(["mail"], list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        Assert.Equal(list.GetProperty("data")[0].GetRawText(), card.GetRawText());
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(card.GetProperty("created").GetInt64()), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""", "missing_required_parameter", "model")]
    [InlineData("""{"model":"mail"}""", "missing_required_parameter", "messages")]
    [InlineData("""{"model":"mail","messages":[]}""", "invalid_type", "messages")]
    [InlineData("""{"model":"mail","messages":[{"role":"king","content":"a"}]}""", "invalid_value", "messages[0].role")]
    [InlineData("""{"model":"mail","messages":[{"role":"system","content":"a"}]}""", "invalid_value", "messages")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"  "}]}""", "empty_input", "messages[0].content")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":5}]}""", "invalid_type", "messages[0].content")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"n":2}""", "unsupported_parameter", "n")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"temperature":3}""", "invalid_value", "temperature")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"tools":[{}]}""", "unsupported_parameter", "tools")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"logprobs":true}""", "unsupported_parameter", "logprobs")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_object"}}""", "unsupported_parameter", "response_format.type")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"stream":"yes"}""", "invalid_type", "stream")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":[{"type":1,"text":"x"}]}]}""", "invalid_type", "messages[0].content")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"tool_choice":"required"}""", "unsupported_parameter", "tool_choice")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"tool_choice":{"type":"function","function":{"name":"a"}}}""", "unsupported_parameter", "tool_choice")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"function_call":{"name":"a"}}""", "unsupported_parameter", "function_call")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"modalities":["text","audio"]}""", "unsupported_parameter", "modalities")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"web_search_options":{}}""", "unsupported_parameter", "web_search_options")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"seed":"abc"}""", "invalid_type", "seed")]
    [InlineData("""{"model":"mail","messages":[{"role":"user","content":"a"}],"model":"mail"}""", "duplicate_field", "model")]
    [InlineData("""["a"]""", "invalid_type", null)]
    [InlineData("""{"model":"mail" """, "invalid_json", "body")]
    [InlineData("", "body_empty", "body")]
    public async Task Chat_WrongBody_NamesTheField(string body, string code, string? field) =>
        await ErrorAssert.IsAsync(await PostAsync(Path, body), HttpStatusCode.BadRequest, code, field);

    [Theory]
    [InlineData("\"tool_choice\":\"auto\"")]
    [InlineData("\"tool_choice\":\"none\",\"tools\":[]")]
    [InlineData("\"function_call\":\"none\"")]
    [InlineData("\"modalities\":[\"text\"]")]
    [InlineData("\"seed\":-7")]
    public async Task Chat_FieldThatChangesNothing_IsLetBe(string field) => Assert.Equal(
        HttpStatusCode.OK, (await PostAsync(Path, $$"""{"model":"mail","messages":[{"role":"user","content":"you win"}],{{field}}}""")).StatusCode);

    [Theory]
    [InlineData("GET", Path)]
    [InlineData("POST", "/v1/embeddings")]
    [InlineData("DELETE", "/v1/models/mail")]
    [InlineData("GET", "/v1")]
    public async Task V1_NothingIsThere_SaysWhatThereIs(string method, string path) => Assert.Contains(
        $"POST {Path}", await ErrorAssert.IsAsync(await host.Http.SendAsync(new(new(method), path)), HttpStatusCode.NotFound, "unknown_url", null));

    [Theory]
    [InlineData("""{"model":"mail","prompt":["a","b"]}""", "invalid_type", "prompt")]
    [InlineData("""{"model":"mail","prompt":[1,2]}""", "invalid_type", "prompt")]
    [InlineData("""{"model":"mail","prompt":""}""", "empty_input", "prompt")]
    [InlineData("""{"model":"mail","prompt":"a","echo":true}""", "unsupported_parameter", "echo")]
    [InlineData("""{"model":"mail","prompt":"a","stop":"b"}""", "unsupported_parameter", "stop")]
    public async Task Completion_WrongBody_NamesTheField(string body, string code, string field) =>
        await ErrorAssert.IsAsync(await PostAsync("/v1/completions", body), HttpStatusCode.BadRequest, code, field);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_UnknownModel_ListsTheKnown(bool stream)
    {
        var response = await host.Http.PostAsJsonAsync(Path, new { model = "gpt", messages = new[] { Message("user", "a") }, stream });

        Assert.Contains("mail", await ErrorAssert.IsAsync(response, HttpStatusCode.NotFound, "model_not_found", "model"));
        await ErrorAssert.IsAsync(await host.Http.GetAsync("/v1/models/gpt"), HttpStatusCode.NotFound, "model_not_found", "model");
    }

    [Fact]
    public async Task Chat_MessageTooLong_NamesTheLimit()
    {
        var response = await host.Http.PostAsJsonAsync(Path, new { model = "mail", messages = new[] { Message("user", new string('a', 131_073)) } });

        Assert.Contains("32768", await ErrorAssert.IsAsync(response, HttpStatusCode.RequestEntityTooLarge, "input_too_long", "messages[0].content"));
    }

    [Fact]
    public async Task Chat_OtherContentType_SaysWhichToSend() => await ErrorAssert.IsAsync(
        await host.Http.PostAsync(Path, new StringContent("{}", Encoding.UTF8, "text/plain")), HttpStatusCode.UnsupportedMediaType, "unsupported_media_type", "Content-Type");

    private static object Message(string role, string content) => new { role, content };

    private static JsonElement Delta(JsonElement piece) => piece.GetProperty("choices")[0].GetProperty("delta");

    private Task<HttpResponseMessage> PostAsync(string path, string body, string verify) => host.Http.SendAsync(
        new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json"), Headers = { { "X-Understudy-Verify", verify } } });

    private Task<HttpResponseMessage> PostAsync(string path, string body) => host.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
}
