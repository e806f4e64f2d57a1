using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Understudy.Api.Tests.OpenAi;
using Understudy.Inference.PromptCompression;
using Understudy.Tests;

namespace Understudy.Api.Tests.Compression;

public sealed class CompressTests(TestHost host)
{
    private const string Path = "/v1/compress";

    private const string Wanted = "The Moonstone was written by Wilkie Collins in 1868.";

    private static readonly string[] Documents =
    [
        "The weather in Lisbon is mild all year. Rain falls mostly in winter, and the summers are dry and bright.",
        "Bread rises because yeast makes gas. A warm kitchen speeds it up, and a cold one slows it down.",
        $"{Wanted} It is about a diamond that is stolen from a house in Yorkshire.",
        "Trains in the valley run every hour. On Sundays there are fewer of them, and none after nine.",
    ];

    [Fact]
    public async Task Compress_Context_KeepsWhatTheQuestionNeeds()
    {
        var answer = await CompressAsync(new { context = string.Join("\n\n", Documents), question = "Who wrote The Moonstone?", instruction = "Answer in a word.", ratio = 2.5 });

        var prompt = answer.GetProperty("prompt").GetString()!;
        Assert.Contains("Wilkie Collins", prompt);
        Assert.StartsWith("Answer in a word.", prompt);
        Assert.EndsWith("Who wrote The Moonstone?", prompt);
        Assert.Equal(PromptTokens.Count(prompt), answer.GetProperty("tokensAfter").GetInt32());
        Assert.True(answer.GetProperty("tokensBefore").GetInt32() >= 2.5 * answer.GetProperty("tokensAfter").GetInt32());
        Assert.False(answer.TryGetProperty("yielded", out _));
    }

    [Fact]
    public async Task Compress_Documents_SayWhichStayed()
    {
        var documents = Documents.Select((text, i) => i % 2 == 0 ? (object)new { text, title = $"Page {i}" } : text);

        var answer = await CompressAsync(new { documents, question = "Who wrote The Moonstone?", ratio = 3 });

        Assert.Equal(2, answer.GetProperty("documents")[0].GetInt32());
        Assert.StartsWith("Page 2\n", answer.GetProperty("prompt").GetString());
    }

    [Fact]
    public async Task Compress_WhatWouldSaveNothing_YieldsWithTheReason()
    {
        var answer = await CompressAsync(new { context = "Short.", question = "Who wrote The Moonstone, and when did it first come out in print?" });

        Assert.Contains("question", answer.GetProperty("yielded").GetString());
        Assert.StartsWith("Short.", answer.GetProperty("prompt").GetString());
        Assert.Equal(answer.GetProperty("tokensBefore").GetInt32(), answer.GetProperty("tokensAfter").GetInt32());
    }

    [Fact]
    public async Task Compress_Messages_KeepsSystemAndLastQuestionWhole()
    {
        const string System = "Use few words. Never guess. Refuse what is rude, and speak as the captain of an old ship would.";
        var answer = await CompressAsync(new
        {
            messages = new[]
            {
                new { role = "system", content = System },
                new { role = "user", content = Documents[0] },
                new { role = "assistant", content = Documents[2] },
                new { role = "user", content = Documents[1] },
                new { role = "assistant", content = Documents[3] },
                new { role = "user", content = "Who wrote The Moonstone?" },
            },
            ratio = 2,
        });

        var messages = answer.GetProperty("messages").EnumerateArray().Select(message => (Role: message.GetProperty("role").GetString(), Content: message.GetProperty("content").GetString()!)).ToList();
        Assert.Equal(("system", System), messages[0]);
        Assert.Equal(("user", "Who wrote The Moonstone?"), messages[^1]);
        Assert.Contains(messages, message => message.Role == "assistant" && message.Content.Contains("Wilkie Collins", StringComparison.Ordinal));
        Assert.True(answer.GetProperty("tokensBefore").GetInt32() >= 2 * answer.GetProperty("tokensAfter").GetInt32());
        Assert.False(answer.TryGetProperty("prompt", out _));
    }

    [Fact]
    public async Task Compress_MessagesWithCallsOfTools_KeepsThemAsTheyWere()
    {
        const string Call = """{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"look","arguments":"{}"}}]}""";
        const string Found = """{"role":"tool","tool_call_id":"call_1","content":"It is raining."}""";
        var asked = JsonSerializer.Serialize(new { role = "user", content = string.Join(' ', Documents), name = "ann" });
        var body = $$"""{"ratio":1.5,"messages":[{{asked}},{{Call}},{{Found}},{"role":"user","content":[{"type":"text","text":"Who wrote The Moonstone?"}]}]}""";

        var answer = await (await host.Http.PostAsync(Path, new StringContent(body, Encoding.UTF8, "application/json"))).Content.ReadFromJsonAsync<JsonElement>();

        Assert.False(answer.TryGetProperty("yielded", out _));
        var messages = answer.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(4, messages.Count);
        Assert.Equal("ann", messages[0].GetProperty("name").GetString());
        Assert.True(messages[0].GetProperty("content").GetString()!.Length < string.Join(' ', Documents).Length);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Call).RootElement, messages[1]));
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Found).RootElement, messages[2]));
        Assert.Equal(JsonValueKind.Array, messages[3].GetProperty("content").ValueKind);
    }

    [Fact]
    public async Task Compress_WhatTakesLongerThanItSaves_Yields()
    {
        var request = new { context = string.Join("\n\n", Documents), question = "Who wrote The Moonstone?", ratio = 2.5, leadMillisecondsPerThousandTokens = 0 };
        await CompressAsync(request);
        await CompressAsync(request); // its speed is known now

        Assert.Contains("save the lead 0 ms", (await CompressAsync(request)).GetProperty("yielded").GetString());
    }

    [Theory]
    [InlineData("""{"question":"a"}""", "missing_required_parameter", "context")]
    [InlineData("""{"context":"a","documents":["b"]}""", "missing_required_parameter", "context")]
    [InlineData("""{"context":5}""", "invalid_type", "context")]
    [InlineData("""{"context":"a","ratio":1}""", "invalid_value", "ratio")]
    [InlineData("""{"context":"a","ratio":"4"}""", "invalid_type", "ratio")]
    [InlineData("""{"context":"a","protected":["two words"]}""", "invalid_value", "protected")]
    [InlineData("""{"context":"a","protected":["?"]}""", "invalid_value", "protected")]
    [InlineData("""{"context":"a","leadMillisecondsPerThousandTokens":-1}""", "invalid_value", "leadMillisecondsPerThousandTokens")]
    [InlineData("""{"context":"a","\ud800":4}""", "invalid_utf_8", "body")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":5,"text":"x"}]}]}""", "invalid_type", "messages[0].content")]
    [InlineData("""{"context":"a","rate":4}""", "unknown_field", "rate")]
    [InlineData("""{"context":"a","question":{}}""", "invalid_type", "question")]
    [InlineData("""{"documents":[]}""", "invalid_type", "documents")]
    [InlineData("""{"documents":["a",7]}""", "invalid_type", "documents[1]")]
    [InlineData("""{"documents":[{"title":"a"}]}""", "missing_required_parameter", "documents[0].text")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"question":"b"}""", "unsupported_parameter", "question")]
    [InlineData("""{"messages":[{"role":"user"}]}""", "missing_required_parameter", "messages[0].content")]
    public async Task Compress_WrongBody_NamesTheField(string body, string code, string field) => await ErrorAssert.IsAsync(
        await host.Http.PostAsync(Path, new StringContent(body, Encoding.UTF8, "application/json")), HttpStatusCode.BadRequest, code, field);

    [Fact]
    public async Task Compress_TooLong_NamesTheLimit()
    {
        var response = await host.Http.PostAsJsonAsync(Path, new { context = new string('a', 131_073) });

        Assert.Contains("32768", await ErrorAssert.IsAsync(response, HttpStatusCode.RequestEntityTooLarge, "input_too_long", "context"));
    }

    [Fact]
    public async Task Compress_EmptyDocumentsWithoutEnd_NamesTheLimit()
    {
        var response = await host.Http.PostAsJsonAsync(Path, new { question = "why", documents = Enumerable.Repeat("", 131_072) });

        await ErrorAssert.IsAsync(response, HttpStatusCode.RequestEntityTooLarge, "input_too_long", "documents");
    }

    private async Task<JsonElement> CompressAsync(object request)
    {
        var response = await host.Http.PostAsJsonAsync(Path, request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
