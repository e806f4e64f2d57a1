using System.Net;
using System.Net.Http.Json;
using Understudy.Inference.Tasks;
using Understudy.Tests;

namespace Understudy.Api.Tests.Leads;

public sealed class WaitingTaskTests
{
    [Fact]
    public async Task Infer_LeadAwayAndTheTaskWaits_SaysWhenToComeAgain()
    {
        await using var lead = await FakeLead.StartAsync();
        lead.Mood = FakeLeadMood.Broken;
        await using var host = new TestHost
        {
            Define = task => task with
            {
                WhenLeadIsAway = "wait",
                Lead = new() { Protocol = LeadDefinition.OpenAi, Endpoint = lead.Endpoint.ToString(), Model = "big", TimeoutSeconds = 0.5, DeadlineSeconds = 1, Retries = 1 },
            },
        };
        await host.InitializeAsync();

        var response = await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "about your refund" });

        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.ServiceUnavailable, "lead-away", null);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("respond-async", problem.GetProperty("remedy").GetString());
        Assert.Equal(HttpStatusCode.OK, (await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "you win" })).StatusCode);
    }
}
