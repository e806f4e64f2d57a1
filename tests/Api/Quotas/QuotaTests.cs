using System.Net;
using System.Net.Http.Json;
using System.Text;
using Understudy.Tests;

namespace Understudy.Api.Tests.Quotas;

public sealed class QuotaTests(QuotaTests.LimitedHost host) : IClassFixture<QuotaTests.LimitedHost>
{
    [Fact]
    public async Task Infer_BatchAndChat_ShareTheTasksQuota()
    {
        Assert.Equal(HttpStatusCode.OK, (await InferAsync()).StatusCode);

        var refused = await InferAsync();

        Assert.NotNull(refused.Headers.RetryAfter);
        await ProblemAssert.IsAsync(refused, HttpStatusCode.TooManyRequests, "quota-used-up", "task", 1);
        var batch = await host.Http.PostAsync("/api/tasks/mail/batches", new StringContent("{\"text\":\"a\"}\n", Encoding.UTF8, "application/jsonl"));
        await ProblemAssert.IsAsync(batch, HttpStatusCode.TooManyRequests, "quota-used-up", "task", 1);
        var chat = await host.Http.PostAsJsonAsync("/v1/chat/completions", new { model = "mail", messages = new[] { new { role = "user", content = "a" } } });
        Assert.Equal(HttpStatusCode.TooManyRequests, chat.StatusCode);
    }

    private Task<HttpResponseMessage> InferAsync() => host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "you win" });

    public sealed class LimitedHost() : TestHost("--Quota:Tasks:mail=1");
}
