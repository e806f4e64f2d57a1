using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Inference.Budgets;
using Understudy.Inference.Tasks;
using Understudy.Tests;

namespace Understudy.Api.Tests.Budgets;

/// <summary>A lead behind an endpoint whose calls are paid for.</summary>
public sealed class BudgetTests
{
    private const int Callers = 200, Paid = 40;

    [Fact]
    public async Task Infer_TwoHundredCallersAtOnce_TheLeadIsNeverAskedOnceTooOften()
    {
        await using var lead = await FakeLead.StartAsync();
        await using var host = await StartAsync(lead, "degrade", new() { PerDay = Paid, PerCall = 1 });
        var receipts = new ConcurrentBag<JsonElement>();

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async i =>
        {
            await Task.Yield();
            using var response = await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = $"about your refund {i}" });
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            receipts.Add((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("receipt"));
        }));

        Assert.Equal(Paid, lead.Asked);
        Assert.Equal(Callers, receipts.Count);
        Assert.Equal(Paid, receipts.Count(receipt => receipt.GetProperty("answeredBy").GetString() == "lead" && receipt.GetProperty("price").GetDecimal() == 1));
        var degraded = receipts.Where(receipt => receipt.GetProperty("degraded").GetBoolean()).ToList();
        Assert.Equal(Callers - Paid, degraded.Count);
        Assert.All(degraded, receipt => Assert.Contains(
            $"the lead was not asked: The budget of task 'mail' for its lead, {Paid} USD a day",
            receipt.GetProperty("stages").EnumerateArray().Single(stage => stage.GetProperty("name").GetString() == "verify").GetProperty("reason").GetString(),
            StringComparison.Ordinal));
        var account = await host.Http.GetFromJsonAsync<JsonElement>("/api/tasks/mail/budget");
        Assert.Equal((Paid, 0m), (account.GetProperty("calls").GetInt32(), account.GetProperty("left").GetDecimal()));
    }

    [Fact]
    public async Task Infer_BudgetSpentAndTheTaskWaits_SaysWhichLimitAndWhenItResets()
    {
        await using var lead = await FakeLead.StartAsync();
        await using var host = await StartAsync(lead, "wait", new() { PerDay = 1, PerCall = 1, Currency = "EUR" });
        await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "about your refund" });

        var response = await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "about your refund" });

        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.TooManyRequests, "budget-spent", "budget.perDay", limit: 1);
        Assert.Contains("'Prefer: respond-async', which waits for lead.waitMinutes where whenLeadIsAway is 'wait'", problem.GetProperty("remedy").GetString());
        Assert.Equal("EUR", problem.GetProperty("currency").GetString());
        Assert.Equal(TimeSpan.Zero, problem.GetProperty("resetsAt").GetDateTimeOffset().TimeOfDay);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Assert.Equal(1, lead.Asked);
        Assert.Equal(HttpStatusCode.OK, (await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "you win" })).StatusCode);
        using var chat = await host.Http.PostAsJsonAsync("/v1/chat/completions", new { model = "mail", messages = new[] { new { role = "user", content = "about your refund" } } });
        Assert.Equal(HttpStatusCode.TooManyRequests, chat.StatusCode);
        var error = (await chat.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal("budget_spent", error.GetProperty("code").GetString());
        Assert.EndsWith("Send the request again after that, or raise budget.perDay.", error.GetProperty("message").GetString()); // no header that only the other route reads
    }

    [Theory]
    [InlineData("spam")]
    [InlineData("perhaps")] // no label
    public async Task Infer_PricesByTokens_TheAccountHasWhatTheEndpointCounted(string said)
    {
        await using var lead = await FakeLead.StartAsync();
        lead.Answer = _ => said;
        await using var host = await StartAsync(lead, "degrade", new() { PerDay = 1, PerMillionInputTokens = 100, PerMillionOutputTokens = 1000 });

        var answer = await (await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "about your refund" })).Content.ReadFromJsonAsync<JsonElement>();

        const decimal Price = ((40 * 100m) + (1 * 1000m)) / 1_000_000; // what the fake lead says it took
        Assert.Equal(Price, answer.GetProperty("receipt").GetProperty("price").GetDecimal());
        for (var tries = 0; tries < 200; tries++)
        {
            var account = await host.Http.GetFromJsonAsync<JsonElement>("/api/tasks/mail/budget");
            if (account.GetProperty("reserved").GetDecimal() == 0)
            {
                Assert.Equal(Price, account.GetProperty("spent").GetDecimal());
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail("It is never settled.");
    }

    [Fact]
    public async Task Infer_EndpointRefuses_NothingIsSpent()
    {
        await using var lead = await FakeLead.StartAsync();
        lead.Mood = FakeLeadMood.Broken;
        await using var host = await StartAsync(lead, "degrade", new() { PerDay = 10, PerCall = 4 });

        await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "about your refund" });
        lead.Mood = FakeLeadMood.Well;
        await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "about your refund" });
        await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "about your refund" });

        Assert.Equal(2, lead.Answered);
    }

    [Fact]
    public async Task Infer_EndpointAnswersGarbage_TheReceiptSaysWhatItCost()
    {
        await using var lead = await FakeLead.StartAsync();
        lead.Answer = static _ => "no label at all";
        await using var host = await StartAsync(lead, "degrade", new() { PerDay = 10, PerCall = 4 });

        var answered = await (await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "about your refund" })).Content.ReadFromJsonAsync<JsonElement>();

        var receipt = answered.GetProperty("receipt");
        Assert.True(receipt.GetProperty("degraded").GetBoolean());
        Assert.Equal(4, receipt.GetProperty("price").GetDecimal());
    }

    [Fact]
    public async Task Infer_LeadInProcessWithAPrice_StopsAtTheBudgetInBothPaths()
    {
        await using var host = new TestHost { Define = task => task with { Budget = new() { PerDay = 3, PerCall = 1 } } };
        await host.InitializeAsync();
        var inputs = Enumerable.Range(0, 2).Select(i => $"about your refund {i}").ToArray();

        var direct = await (await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { inputs })).Content.ReadFromJsonAsync<JsonElement>();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks/mail/infer") { Content = JsonContent.Create(new { inputs }) };
        request.Headers.Add("Idempotency-Key", "budget-1");
        var durable = await (await host.Http.SendAsync(request)).Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal([false, false], Degraded(direct));
        Assert.Equal(1, Degraded(durable).Count(degraded => degraded));

        static IEnumerable<bool> Degraded(JsonElement body) =>
            body.GetProperty("answers").EnumerateArray().Select(answer => answer.GetProperty("receipt").GetProperty("degraded").GetBoolean());
    }

    [Fact]
    public async Task GetBudget_TaskWithoutOne_SaysSo()
    {
        await using var host = new TestHost();
        await host.InitializeAsync();

        var account = await host.Http.GetFromJsonAsync<JsonElement>("/api/tasks/mail/budget");

        Assert.False(account.TryGetProperty("budget", out _));
    }

    private static async Task<TestHost> StartAsync(FakeLead lead, string whenAway, TaskBudget budget)
    {
        var host = new TestHost
        {
            Define = task => task with
            {
                WhenLeadIsAway = whenAway,
                Budget = budget,
                Lead = new() { Protocol = LeadDefinition.OpenAi, Endpoint = lead.Endpoint.ToString(), Model = "big", TimeoutSeconds = 20, DeadlineSeconds = 60, Retries = 0 },
            },
        };
        await host.InitializeAsync();
        return host;
    }
}
