using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Tests;
using Understudy.Workflows;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Requests;

namespace Understudy.Api.Tests.Infer;

public sealed class DurableInferTests(TestHost host)
{
    private const string Path = "/api/tasks/mail/infer";

    [Fact]
    public async Task Infer_RespondAsync_PointsToAnOperationThatEndsWithTheAnswer()
    {
        var accepted = await SendAsync(new { input = "you win" }, prefer: "respond-async, wait=10");

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("respond-async", Assert.Single(accepted.Headers.GetValues("Preference-Applied")));
        Assert.NotNull(accepted.Headers.RetryAfter);
        var operation = await FinishAsync(accepted.Headers.Location!);
        Assert.Equal("infer", operation.GetProperty("kind").GetString());
        Assert.Equal("succeeded", operation.GetProperty("status").GetString());
        Assert.Equal("spam", operation.GetProperty("result").GetProperty("label").GetString());
    }

    [Fact]
    public async Task Infer_RespondAsyncWithMuchText_AnswersAll()
    {
        // Over 32 KiB: inputs and stages travel as blobs.
        var inputs = Enumerable.Range(0, 100).Select(i => $"{(i % 2 == 0 ? "win" : "agenda")} {new string('x', 1000)}").ToList();

        var operation = await FinishAsync((await SendAsync(new { inputs }, prefer: "respond-async")).Headers.Location!);

        var answers = operation.GetProperty("result").GetProperty("answers").EnumerateArray().ToList();
        Assert.Equal(100, answers.Count);
        Assert.All(answers, (answer, i) => Assert.Equal(i % 2 == 0 ? "spam" : "ham", answer.GetProperty("label").GetString()));
    }

    [Fact]
    public async Task Infer_SameKeySameBody_IsOneOperation()
    {
        var key = Guid.NewGuid().ToString();

        var locations = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
            (await SendAsync(new { input = "you win" }, prefer: "respond-async", key: key)).Headers.Location));

        Assert.Single(locations.Distinct());
    }

    [Fact]
    public async Task Infer_SameKeyOtherBody_IsRefused()
    {
        var key = $"\"{Guid.NewGuid()}\"";
        await SendAsync(new { input = "you win" }, prefer: "respond-async", key: key);

        var second = await SendAsync(new { input = "the agenda" }, prefer: "respond-async", key: key);

        await ProblemAssert.IsAsync(second, HttpStatusCode.UnprocessableEntity, "idempotency-key-reused", "Idempotency-Key");
    }

    [Theory]
    [InlineData("true", "false")]
    [InlineData("false", "true")]
    public async Task Infer_SameKeyAnotherWordOnStoring_IsRefused(string first, string second)
    {
        var key = Guid.NewGuid().ToString();
        var accepted = await SendAsync(new { input = "you win" }, prefer: "respond-async", key: key, store: first);
        Assert.Equal(accepted.Headers.Location, (await SendAsync(new { input = "you win" }, prefer: "respond-async", key: key, store: first)).Headers.Location);

        var other = await SendAsync(new { input = "you win" }, prefer: "respond-async", key: key, store: second);

        await ProblemAssert.IsAsync(other, HttpStatusCode.UnprocessableEntity, "idempotency-key-reused", "Idempotency-Key");
    }

    [Fact]
    public async Task Infer_KeyWithoutPreference_WaitsForTheAnswer()
    {
        var response = await SendAsync(new { input = "you win" }, key: Guid.NewGuid().ToString());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("spam", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("label").GetString());
    }

    [Fact]
    public async Task Infer_KeyOfARunThatFailed_SaysWhyAndWhatToDo()
    {
        var id = $"infer-{ShortHash.Of("mail\nfailed")}"; // as a request with that key has it
        await host.Workflows.StartAsync<InferRun, InferResult>(WorkflowNames.Infer, null!, id, TestContext.Current.CancellationToken);
        Assert.Equal(WorkflowStatus.Failed, (await host.Workflows.WaitAsync(id)).Status);

        var problem = await ProblemAssert.IsAsync(
            await SendAsync(new { input = "you win" }, key: "failed"), HttpStatusCode.InternalServerError, "operation-failed", "Idempotency-Key");

        Assert.Contains("another key", problem.GetProperty("remedy").GetString());
    }

    [Fact]
    public async Task Infer_WithoutKey_LeavesNoOperation()
    {
        var before = (await host.Workflows.ListAsync(new WorkflowQuery(Limit: 1000))).Count(w => w.Input?.ToString().Contains("leaves-no-trace") ?? false);

        await SendAsync(new { input = "leaves-no-trace" });

        var after = (await host.Workflows.ListAsync(new WorkflowQuery(Limit: 1000))).Count(w => w.Input?.ToString().Contains("leaves-no-trace") ?? false);
        Assert.Equal((0, 0), (before, after));
    }

    [Theory]
    [InlineData("has a blank")]
    [InlineData("")]
    [InlineData("\"\"")]
    public async Task Infer_KeyNotValid_SaysSo(string key) => await ProblemAssert.IsAsync(
        await SendAsync(new { input = "a" }, key: key), HttpStatusCode.BadRequest, "invalid-idempotency-key", "Idempotency-Key", 255);

    [Fact]
    public async Task Infer_KeyTooLong_SaysSo() => await ProblemAssert.IsAsync(
        await SendAsync(new { input = "a" }, key: new string('k', 256)), HttpStatusCode.BadRequest, "invalid-idempotency-key", "Idempotency-Key", 255);

    private async Task<HttpResponseMessage> SendAsync(object body, string? prefer = null, string? key = null, string? store = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(body) };
        if (prefer is not null)
        {
            request.Headers.TryAddWithoutValidation("Prefer", prefer);
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (store is not null)
        {
            request.Headers.Add("X-Understudy-Store", store);
        }

        return await host.Http.SendAsync(request);
    }

    private async Task<JsonElement> FinishAsync(Uri location)
    {
        await host.Workflows.WaitAsync(location.OriginalString.Split('/')[^1]);
        return await host.Http.GetFromJsonAsync<JsonElement>(location);
    }
}
