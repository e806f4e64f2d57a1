using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Functions.Http;
using Understudy.Functions.Tests.Durable;
using Understudy.Inference.Releases.Sharing;

namespace Understudy.Functions.Tests.Http;

public class HttpFunctionsTests
{
    private readonly FakeTaskClient _client = new();
    private readonly DefaultHttpContext _http = new();
    private readonly HttpFunctions _functions;

    public HttpFunctionsTests()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage:accountName", "stage")]).Build();
        _http.RequestServices = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddUnderstudyFunctions()
            .AddSingleton<IReleaseContainer, EmptyContainer>().BuildServiceProvider();
        _http.Response.Body = new MemoryStream();
        _functions = ActivatorUtilities.CreateInstance<HttpFunctions>(_http.RequestServices);
    }

    [Fact]
    public async Task GetOperation_OfAnInstance_ShowsItFromTheBoundClient()
    {
        _client.Instances["batch-1"] = new("batch", "batch-1") { RuntimeStatus = OrchestrationRuntimeStatus.Running };

        var (status, body) = await AnswerAsync("batch-1", _functions.GetOperation);

        Assert.Equal(StatusCodes.Status200OK, status);
        Assert.Equal("batch-1", body.GetProperty("id").GetString());
    }

    [Fact]
    public async Task CancelOperation_OfAnInstance_TerminatesItThroughTheBoundClient()
    {
        _client.Instances["batch-1"] = new("batch", "batch-1") { RuntimeStatus = OrchestrationRuntimeStatus.Running };

        await AnswerAsync("batch-1", _functions.CancelOperation);

        Assert.Equal("batch-1", Assert.Single(_client.Terminated).Id);
    }

    [Fact]
    public async Task GetOperation_NoSuchId_IsAProblem()
    {
        var (status, body) = await AnswerAsync("batch-2", _functions.GetOperation);

        Assert.Equal(StatusCodes.Status404NotFound, status);
        Assert.Equal("urn:understudy:problem:unknown-operation", body.GetProperty("type").GetString());
    }

    [Fact]
    public async Task GetModel_NoSuchTask_IsOpenAisError()
    {
        _http.Request.RouteValues["model"] = "gpt";

        var (status, body) = await AnswerAsync("", _functions.GetModel);

        Assert.Equal(StatusCodes.Status404NotFound, status);
        Assert.Equal("model_not_found", body.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Compress_Documents_AnswersWithTheTokens()
    {
        _http.Request.ContentType = "application/json";
        _http.Request.Body = new MemoryStream("""{"documents":["Tea is hot.","The key is under the mat."],"question":"Where is the key?","ratio":1.2}"""u8.ToArray());

        var (status, body) = await AnswerAsync("", _functions.Compress);

        Assert.Equal(StatusCodes.Status200OK, status);
        Assert.InRange(body.GetProperty("tokensAfter").GetInt32(), 1, body.GetProperty("tokensBefore").GetInt32());
    }

    private async Task<(int Status, JsonElement Body)> AnswerAsync(string id, Func<HttpRequest, DurableTaskClient, Task<IResult>> function)
    {
        _http.Request.RouteValues["id"] = id;
        var result = await function(_http.Request, _client);
        await result.ExecuteAsync(_http);
        _http.Response.Body.Position = 0;
        var text = await new StreamReader(_http.Response.Body).ReadToEndAsync();
        return (_http.Response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }
}
