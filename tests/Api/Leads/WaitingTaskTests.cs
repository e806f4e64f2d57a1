using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Inference.Tasks;
using Understudy.Tests;

namespace Understudy.Api.Tests.Leads;

/// <summary>A task that waits for its lead, which does not come.</summary>
public sealed class WaitingTaskTests : IAsyncLifetime
{
    private FakeLead _lead = null!;
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _lead = await FakeLead.StartAsync();
        _lead.Mood = FakeLeadMood.Broken;
        _host = new("--Limits:WaitSeconds=5")
        {
            Define = task => task with
            {
                WhenLeadIsAway = "wait",
                Lead = new() { Protocol = LeadDefinition.OpenAi, Endpoint = _lead.Endpoint.ToString(), Model = "big", TimeoutSeconds = 0.5, DeadlineSeconds = 1, Retries = 1 },
            },
        };
        await _host.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _lead.DisposeAsync();
    }

    [Fact]
    public async Task Infer_LeadAwayAndTheTaskWaits_SaysWhenToComeAgain()
    {
        var response = await _host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "about your refund" });

        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.ServiceUnavailable, "lead-away", null);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("respond-async', which waits for the lead where whenLeadIsAway is 'wait'", problem.GetProperty("remedy").GetString());
        Assert.Equal(HttpStatusCode.OK, (await _host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "you win" })).StatusCode);
    }

    [Fact]
    public async Task Infer_KeyOfARunThatWaitsForLong_SaysWhereToAsk()
    {
        var response = await SendAsync(prefer: null, "waits");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains(await StatusAsync(await _host.Http.GetAsync(response.Headers.Location)), (string[])["pending", "running"]);
        Assert.Equal(response.Headers.Location, (await SendAsync("respond-async", "waits")).Headers.Location);
    }

    [Fact]
    public async Task Infer_KeyOfARunThatWasCancelled_IsAConflictAndNoFault()
    {
        var accepted = await SendAsync("respond-async");
        Assert.Contains(await StatusAsync(accepted), (string[])["pending", "running"]);
        await _host.Http.DeleteAsync(accepted.Headers.Location);

        await ProblemAssert.IsAsync(await SendAsync(prefer: null), HttpStatusCode.Conflict, "operation-cancelled", "Idempotency-Key");
        Assert.Equal("cancelled", await StatusAsync(await SendAsync("respond-async")));
    }

    private static async Task<string?> StatusAsync(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString();

    private async Task<HttpResponseMessage> SendAsync(string? prefer, string key = "cancelled")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks/mail/infer")
        {
            Content = JsonContent.Create(new { input = "about your refund" }),
            Headers = { { "Idempotency-Key", key } },
        };
        if (prefer is not null)
        {
            request.Headers.Add("Prefer", prefer);
        }

        return await _host.Http.SendAsync(request);
    }
}
