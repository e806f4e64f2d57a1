using System.Net;
using System.Net.Http.Json;
using Understudy.Tests;
using Understudy.Workflows.Rollouts;

namespace Understudy.Api.Tests.Rollouts;

public sealed class RolloutStartTests(TestHost host)
{
    [Fact]
    public async Task Start_SameKeySameRequest_IsOneRollout()
    {
        var key = Guid.NewGuid().ToString();

        var first = await PostAsync(new { sites = (string[])["harbour"], soakMinutes = 0 }, key);
        var second = await PostAsync(new { soakMinutes = 0, sites = (string[])["harbour"] }, key);

        Assert.Equal((HttpStatusCode.Accepted, first.Headers.Location), (second.StatusCode, second.Headers.Location));
    }

    [Fact]
    public async Task Start_SameKeyOtherRequest_IsRefused()
    {
        var key = Guid.NewGuid().ToString();
        await PostAsync(new { sites = (string[])["harbour"] }, key);

        await ProblemAssert.IsAsync(await PostAsync(new { sites = (string[])["lighthouse"] }, key), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused", "Idempotency-Key");
        await ProblemAssert.IsAsync(await PostAsync(new { version = TestModels.Second }, key), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused", "Idempotency-Key");
    }

    [Fact]
    public async Task Start_KeyOfARequestNotedWithoutTheLeadUnlessItWasAskedFor_IsThatRollout()
    {
        var key = Guid.NewGuid().ToString();
        const string Noted = """{"Version":null,"Sites":["harbour"],"CanaryShare":null,"PatienceMinutes":null,"SoakMinutes":null,"WithLead":false}""";
        var id = await host.Service<RolloutStarter>().StartAsync(TestModels.Task, null, settings => settings with { Sites = ["harbour"] }, key, TestContext.Current.CancellationToken, Noted);

        var again = await PostAsync(new { sites = (string[])["harbour"] }, key);

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.EndsWith(id, again.Headers.Location!.OriginalString, StringComparison.Ordinal);
        await ProblemAssert.IsAsync(await PostAsync(new { sites = (string[])["harbour"], withLead = true }, key), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused", "Idempotency-Key");
    }

    private async Task<HttpResponseMessage> PostAsync(object request, string key)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/api/tasks/{TestModels.Task}/rollouts") { Content = JsonContent.Create(request), Headers = { { "Idempotency-Key", key } } };
        return await host.Http.SendAsync(message);
    }
}
