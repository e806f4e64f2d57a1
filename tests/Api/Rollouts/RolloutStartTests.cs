using System.Net;
using System.Net.Http.Json;
using Understudy.Tests;

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

    private async Task<HttpResponseMessage> PostAsync(object request, string key)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/api/tasks/{TestModels.Task}/rollouts") { Content = JsonContent.Create(request), Headers = { { "Idempotency-Key", key } } };
        return await host.Http.SendAsync(message);
    }
}
