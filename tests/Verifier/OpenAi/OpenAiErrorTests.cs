using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Understudy.Verifier.Tests.OpenAi;

public sealed class OpenAiErrorTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private const string Chat = "/v1/chat/completions", Text = "/v1/completions";

    private readonly RunningVerifier _verifier = fixture.Verifier;

    [Theory]
    [InlineData(Chat, """{"model":"gpt","messages":[{"role":"user","content":"a"}]}""", 404, "model", "model_not_found", "tiny")]
    [InlineData(Text, """{"model":"gpt","prompt":"a"}""", 404, "model", "model_not_found", "'gpt'")]
    [InlineData(Chat, """{"messages":[{"role":"user","content":"a"}]}""", 400, "model", "missing_required_parameter", "a string")]
    [InlineData(Chat, """{"model":7,"messages":[{"role":"user","content":"a"}]}""", 400, "model", "invalid_type", "the number 7")]
    [InlineData(Chat, """{"model":"tiny"}""", 400, "messages", "missing_required_parameter", "array")]
    [InlineData(Chat, """{"model":"tiny","messages":[]}""", 400, "messages", "invalid_type", "at least one")]
    [InlineData(Chat, """{"model":"tiny","messages":["a"]}""", 400, "messages[0]", "invalid_type", "a string")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"boss","content":"a"}]}""", 400, "messages[0].role", "invalid_value", "boss")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user"}]}""", 400, "messages[0].content", "missing_required_parameter", "string")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", 400, "messages[0].content", "invalid_type", "text")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"temperature":3}""", 400, "temperature", "invalid_value", "0 to 2")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"temperature":"hot"}""", 400, "temperature", "invalid_type", "a number")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"n":7}""", 400, "n", "invalid_value", "at most 6")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"max_tokens":201}""", 400, "max_tokens", "invalid_value", "200")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"max_completion_tokens":1.5}""", 400, "max_completion_tokens", "invalid_type", "whole")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"stop":["a","b","c","d","e"]}""", 400, "stop", "invalid_value", "at most 4")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"stream":"yes"}""", 400, "stream", "invalid_type", "true or false")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"top_logprobs":2}""", 400, "top_logprobs", "invalid_value", "logprobs")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"presence_penalty":1}""", 400, "presence_penalty", "unsupported_parameter", "only 0")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function"}]}""", 400, "tools", "unsupported_parameter", "Leave it out")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema","json_schema":{"schema":{"type":"object","properties":{"a":{"enum":[]}},"required":["a"]}}}}""", 400, "response_format", "invalid_schema", "schema")]
    [InlineData(Text, """{"model":"tiny","prompt":"a","response_format":{"type":"json_schema","json_schema":{"schema":{"type":"array","minItems":10000,"items":{"type":"string","minLength":10000}}}}}""", 400, "response_format", "invalid_schema", "lower 'minItems'")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"\ud800"}]}""", 400, null, "invalid_utf_8", "surrogate")]
    [InlineData(Chat, "[]", 400, null, "invalid_type", "an array")]
    [InlineData(Chat, "{", 400, null, "invalid_json", "JSON")]
    [InlineData(Text, """{"model":"tiny","prompt":[1,99999]}""", 400, "prompt", "invalid_value", "99999")]
    [InlineData(Text, """{"model":"tiny","prompt":[1,"a"]}""", 400, "prompt", "invalid_type", "a string")]
    [InlineData(Text, """{"model":"tiny","prompt":["a","a","a","a","a","a",{}]}""", 400, "prompt", "invalid_value", "at most 6")]
    [InlineData(Text, """{"model":"tiny","prompt":{}}""", 400, "prompt", "invalid_type", "an object")]
    [InlineData(Text, """{"model":"tiny","prompt":"a","echo":true}""", 400, "echo", "unsupported_parameter", "echo")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":[{"type":1,"text":"x"}]}]}""", 400, "messages[0].content", "invalid_type", "text part")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":[{"type":"\ud800","text":"x"}]}]}""", 400, null, "invalid_utf_8", "surrogate")]
    [InlineData(Chat, """{"\ud800":1,"model":"tiny","messages":[{"role":"user","content":"a"}]}""", 400, null, "invalid_utf_8", "surrogate")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"model":"tiny"}""", 400, "model", "duplicate_field", "twice")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"tool_choice":"required"}""", 400, "tool_choice", "unsupported_parameter", "Leave it out")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"function_call":{"name":"a"}}""", 400, "function_call", "unsupported_parameter", "Leave it out")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"modalities":["text","audio"]}""", 400, "modalities", "unsupported_parameter", "'text'")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"web_search_options":{}}""", 400, "web_search_options", "unsupported_parameter", "Leave it out")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"max_completion_tokens":1,"max_tokens":"x"}""", 400, "max_tokens", "invalid_type", "whole")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema","json_schema":{"strict":"x","schema":{"type":"object"}}}}""", 400, "response_format.json_schema.strict", "invalid_type", "true or false")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema","json_schema":{"schema":{"type":"object","properties":[]}}}}""", 400, "response_format", "invalid_schema", "'properties' must be")]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema","json_schema":{"schema":{"type":"object","required":"a"}}}}""", 400, "response_format", "invalid_schema", "'required' must be")]
    [InlineData(Text, """{"model":"tiny","prompt":"a","best_of":1,"n":2}""", 400, "best_of", "unsupported_parameter", "n")]
    public async Task Request_Wrong_NamesTheFieldAndTheRemedy(string path, string body, int status, string? param, string code, string part)
    {
        using var response = await _verifier.PostAsync(path, body);
        var error = (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["error"]!;
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal((param, code, "invalid_request_error"), ((string?)error["param"], (string?)error["code"], (string?)error["type"]));
        Assert.Contains(part, (string?)error["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_NotUtf8_SaysSo()
    {
        var body = new ByteArrayContent([.. """{"model":"tiny","messages":[{"role":"user","content":"a"""u8, 0xFF, .. "\"}]}"u8]) { Headers = { ContentType = new("application/json") } };
        using var response = await _verifier.Http.PostAsync(Chat, body, TestContext.Current.CancellationToken);
        var error = (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["error"]!;
        Assert.Equal((400, "invalid_utf_8"), ((int)response.StatusCode, (string?)error["code"]));
    }

    [Theory]
    [InlineData("text/plain", null, "Content-Type")]
    [InlineData("application/json", "gzip", "Content-Encoding")]
    public async Task Body_OtherThanJson_IsRefused(string type, string? encoding, string field)
    {
        var body = new StringContent("""{"model":"tiny","messages":[{"role":"user","content":"a"}],"max_tokens":1}""", Encoding.UTF8, type);
        body.Headers.Add("Content-Encoding", encoding is null ? [] : [encoding]);
        using var response = await _verifier.Http.PostAsync(Chat, body, TestContext.Current.CancellationToken);
        var error = (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["error"]!;
        Assert.Equal((415, field, "unsupported_media_type"), ((int)response.StatusCode, (string?)error["param"], (string?)error["code"]));
    }

    [Theory]
    [InlineData(700, 1, "700")]
    [InlineData(600, 100, "together 700")]
    public async Task Prompt_OverTheContext_IsRefused(int prompt, int maxTokens, string part)
    {
        using var response = await _verifier.PostAsync(Text, $$"""{"model":"tiny","prompt":[{{string.Join(',', Enumerable.Repeat(5, prompt))}}],"max_tokens":{{maxTokens}}}""");
        var error = (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["error"]!;
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("context_length_exceeded", (string?)error["code"]);
        Assert.Contains(part, (string?)error["message"], StringComparison.Ordinal);
        Assert.Contains("640", (string?)error["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_OverTheLimit_IsRefused()
    {
        using var response = await _verifier.PostAsync(Text, $$"""{"model":"tiny","prompt":"{{new string('a', 70_000)}}"}""");
        Assert.Equal(413, (int)response.StatusCode);
        Assert.Contains("Limits:BodyBytes", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Url_Unknown_SaysWhatThereIs()
    {
        using var response = await _verifier.PostAsync("/v1/embeddings", "{}");
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Contains("/v1/chat/completions", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
