using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Api.Tests.Infer;

public sealed class InferTests(TestHost host)
{
    private const string Path = "/api/tasks/mail/infer";

    [Theory]
    [InlineData("please read the agenda", "ham", "student")]
    [InlineData("you win", "spam", "student")]
    [InlineData("about your refund", "spam", "lead")]
    public async Task Infer_OneInput_AnswersWithAReceipt(string input, string label, string answeredBy)
    {
        var response = await host.Http.PostAsJsonAsync(Path, new { input });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(label, answer.GetProperty("label").GetString());
        Assert.Equal(answeredBy, answer.GetProperty("receipt").GetProperty("answeredBy").GetString());
        Assert.Equal(TestModels.First, answer.GetProperty("receipt").GetProperty("release").GetString());
        Assert.Equal(1, answer.GetProperty("probabilities").EnumerateObject().Sum(p => p.Value.GetDouble()), 5);
    }

    [Fact]
    public async Task Infer_ManyInputs_AnswersInTheirOrder()
    {
        var response = await host.Http.PostAsJsonAsync(Path, new { inputs = new[] { "you win", "the agenda", "refund" } });

        var answers = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("answers");
        Assert.Equal(["spam", "ham", "spam"], answers.EnumerateArray().Select(a => a.GetProperty("label").GetString()));
        Assert.Equal(["0", "1", "2"], answers.EnumerateArray().Select(a => a.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("verified")]
    public async Task Infer_MustBeVerified_AsksTheLeadThoughAStudentIsSure(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(new { input = "you win" }) };
        request.Headers.Add("X-Understudy-Verify", "true");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        var receipt = (await (await host.Http.SendAsync(request)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("receipt");

        Assert.Equal("lead", receipt.GetProperty("answeredBy").GetString());
        Assert.Equal("accepted", receipt.GetProperty("stages").EnumerateArray().Single(stage => stage.GetProperty("name").GetString() == "verify").GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Infer_VerifyHeaderIsNeither_IsAProblem()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(new { input = "you win" }) };
        request.Headers.Add("X-Understudy-Verify", "please");

        await ProblemAssert.IsAsync(await host.Http.SendAsync(request), HttpStatusCode.BadRequest, "invalid-verify", "X-Understudy-Verify");
    }

    [Theory]
    [InlineData("""{"input":"  "}""", "empty-input", "input")]
    [InlineData("""{"inputs":["a",""]}""", "empty-input", "inputs[1]")]
    [InlineData("""{"inputs":[]}""", "empty-input", "inputs")]
    [InlineData("""{"input":5}""", "wrong-type", "input")]
    [InlineData("""{"inputs":"a"}""", "wrong-type", "inputs")]
    [InlineData("""{"inputs":["a",{}]}""", "wrong-type", "inputs[1]")]
    [InlineData("""["a"]""", "wrong-type", "body")]
    [InlineData("""{"text":"a"}""", "unknown-field", "text")]
    [InlineData("""{}""", "one-of", "input")]
    [InlineData("""{"input":"a","inputs":["b"]}""", "one-of", "input")]
    [InlineData("""{"input":"a" """, "invalid-json", "body")]
    [InlineData("""{"input":"a"}}""", "invalid-json", "body")]
    [InlineData("""{"input":"\ud800"}""", "invalid-utf-8", "input")]
    [InlineData("""{"inputs":["a","\ud800"]}""", "invalid-utf-8", "inputs[1]")]
    [InlineData("""{"\ud800":"a"}""", "invalid-utf-8", "body")]
    [InlineData("""{"input":"a","input":"b"}""", "one-of", "input")]
    [InlineData("", "body-empty", "body")]
    public async Task Infer_WrongBody_NamesTheField(string body, string type, string field)
    {
        var response = await host.Http.PostAsync(Path, new StringContent(body, Encoding.UTF8, "application/json"));

        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, type, field);
    }

    [Fact]
    public async Task Infer_NotUtf8_SaysSo()
    {
        var content = new ByteArrayContent([.. "{\"input\":\""u8, 0xE9, .. "\"}"u8]) { Headers = { ContentType = new("application/json") } };

        await ProblemAssert.IsAsync(await host.Http.PostAsync(Path, content), HttpStatusCode.BadRequest, "invalid-utf-8", "body");
    }

    [Fact]
    public async Task Infer_HalfACharacter_IsNotCalledWrongBytes()
    {
        var response = await host.Http.PostAsync(Path, new StringContent("""{"input":"\ud800"}""", Encoding.UTF8, "application/json"));

        Assert.Contains("surrogate pair", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Infer_PackedBody_SaysSo(string encoding)
    {
        var content = new StringContent("""{"input":"you win"}""", Encoding.UTF8, "application/json") { Headers = { ContentEncoding = { encoding } } };

        await ProblemAssert.IsAsync(await host.Http.PostAsync(Path, content), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type", "Content-Encoding");
    }

    [Fact]
    public async Task Infer_ByteOrderMark_IsLetBe()
    {
        var content = new StringContent("\uFEFF{\"input\":\"you win\"}", Encoding.UTF8, "application/json");

        Assert.Equal(HttpStatusCode.OK, (await host.Http.PostAsync(Path, content)).StatusCode);
    }

    [Theory]
    [InlineData(131_072, true)]
    [InlineData(131_073, false)]
    public async Task Infer_InputAtTheLimit_OnlyPassesUpToIt(int characters, bool passes)
    {
        var response = await host.Http.PostAsJsonAsync(Path, new { input = new string('a', characters) });

        if (passes)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        else
        {
            await ProblemAssert.IsAsync(response, HttpStatusCode.RequestEntityTooLarge, "input-too-long", "input", 32_768);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Infer_BodyTooLarge_NamesTheLimit(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new StringContent($$"""{"input":"{{new string('a', 4 * 1024 * 1024)}}"}""", Encoding.UTF8, "application/json"),
            Headers = { TransferEncodingChunked = chunked, ExpectContinue = true },
        };

        await ProblemAssert.IsAsync(await host.Http.SendAsync(request), HttpStatusCode.RequestEntityTooLarge, "body-too-large", "body", 4 * 1024 * 1024);
    }

    [Fact]
    public async Task Infer_TooManyInputs_PointsToBatches()
    {
        var response = await host.Http.PostAsJsonAsync(Path, new { inputs = Enumerable.Repeat("a", 257) });

        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.RequestEntityTooLarge, "too-many-inputs", "inputs", 256);
        Assert.Contains("batches", problem.GetProperty("remedy").GetString());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    public async Task Infer_OtherContentType_SaysWhichToSend(string type)
    {
        var response = await host.Http.PostAsync(Path, new StringContent("""{"input":"a"}""", Encoding.UTF8, type));

        await ProblemAssert.IsAsync(response, HttpStatusCode.UnsupportedMediaType, "unsupported-media-type", "Content-Type");
    }

    [Fact]
    public async Task Infer_UnknownTask_ListsTheKnown()
    {
        var response = await host.Http.PostAsJsonAsync("/api/tasks/nothing/infer", new { input = "a" });

        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.NotFound, "unknown-task", "task");
        Assert.Contains("mail", problem.GetProperty("detail").GetString());
    }
}
