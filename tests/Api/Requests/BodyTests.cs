using System.Net;
using System.Text;
using Understudy.Tests;

namespace Understudy.Api.Tests.Requests;

public sealed class BodyTests(TestHost host)
{
    [Theory]
    [InlineData("batches", """{"blob":"\ud800"}""")]
    [InlineData("batches", """{"\ud800":"a.jsonl"}""")]
    [InlineData("retrain", """{"from":"\ud800"}""")]
    [InlineData("retrain", """{"\udc00":1}""")]
    [InlineData("releases/prune", """{"\ud800":1}""")]
    [InlineData("rollouts", """{"\ud800":1}""")]
    [InlineData("rollouts", """{"sites":["\ud800x"]}""")]
    public async Task Post_HalfACharacter_SaysSo(string path, string body) =>
        await ProblemAssert.IsAsync(await PostAsync(host, path, body), HttpStatusCode.BadRequest, "invalid-utf-8", "body");

    [Theory]
    [InlineData("releases/prune", """{"dryRun":true,"dryRun":false,"keep":5}""", "dryRun")]
    [InlineData("rollouts", """{"soakMinutes":1,"soakMinutes":0}""", "soakMinutes")]
    [InlineData("retrain", """{"from":"serving","from":"scratch"}""", "from")]
    public async Task Post_FieldGivenTwice_IsRefused(string path, string body, string field) =>
        await ProblemAssert.IsAsync(await PostAsync(host, path, body), HttpStatusCode.BadRequest, "duplicate-field", field);

    [Fact]
    public async Task Post_MoreThanTheServersOwnLimit_IsReadWhereTheSettingsAllowIt()
    {
        await using var large = new TestHost("--Limits:BodyBytes=41943040");
        await large.InitializeAsync();

        await ProblemAssert.IsAsync(await PostAsync(large, "rollouts", new string(' ', 31_000_000) + "[]"), HttpStatusCode.BadRequest, "invalid-field", null);
        await ProblemAssert.IsAsync(await PostAsync(large, "rollouts", new string(' ', 42_000_000)), HttpStatusCode.RequestEntityTooLarge, "body-too-large", "body", 41_943_040);
    }

    private static Task<HttpResponseMessage> PostAsync(TestHost host, string path, string body) =>
        host.Http.PostAsync($"/api/tasks/{TestModels.Task}/{path}", new StringContent(body, Encoding.UTF8, "application/json"));
}
