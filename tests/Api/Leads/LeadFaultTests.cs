using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Api.Tests.Leads;

/// <summary>A thousand callers at once, and in the middle the lead falls ill. Half of them ask what only the lead knows.</summary>
public sealed class LeadFaultTests(LeadHost fixture) : IClassFixture<LeadHost>
{
    private const int Requests = 1000, Callers = 32;

    private static readonly string[] Texts = ["you win", "about your refund", "read the agenda", "an invoice"];

    [Theory]
    [InlineData("killed")]
    [InlineData(nameof(FakeLeadMood.Slow))]
    [InlineData(nameof(FakeLeadMood.Garbled))]
    [InlineData(nameof(FakeLeadMood.Busy))]
    [InlineData(nameof(FakeLeadMood.Broken))]
    public async Task Infer_LeadFallsIllInTheMiddle_EveryCallerIsAnsweredInTime(string illness)
    {
        await fixture.Lead.KillAsync();
        await fixture.Lead.ReviveAsync();
        fixture.Lead.Mood = FakeLeadMood.Well;
        await UntilTheLeadAnswersAsync();
        var answers = new ConcurrentBag<(string Text, HttpStatusCode Status, JsonElement Body, TimeSpan Took)>();

        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (i, cancel) =>
        {
            if (i == Requests / 3)
            {
                fixture.Lead.Mood = Enum.TryParse<FakeLeadMood>(illness, out var mood) ? mood : FakeLeadMood.Well;
                await (illness == "killed" ? fixture.Lead.KillAsync() : Task.CompletedTask);
            }

            var watch = Stopwatch.StartNew();
            var text = $"{Texts[i % Texts.Length]} {i}";
            using var response = await fixture.Host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = text }, cancel);
            answers.Add((text, response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(cancel), watch.Elapsed));
        });

        Assert.Equal(Requests, answers.Count);
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.All(answers, answer => Assert.InRange(answer.Took, TimeSpan.Zero, LeadHost.Deadline + TimeSpan.FromSeconds(5))); // the machine may be busy
        var receipts = answers.Select(answer => (answer.Text, Receipt: answer.Body.GetProperty("receipt"))).ToList();
        Assert.All(receipts, answer => Assert.Equal(
            answer.Text.StartsWith("you", StringComparison.Ordinal) || answer.Text.StartsWith("read", StringComparison.Ordinal),
            answer.Receipt.GetProperty("stages")[1].GetProperty("outcome").GetString() == "answered"));
        Assert.Contains(receipts, answer => answer.Receipt.GetProperty("answeredBy").GetString() == "lead");
        Assert.InRange(receipts.Count(answer => answer.Receipt.GetProperty("degraded").GetBoolean()), 200, 500);
    }

    [Fact]
    public async Task Infer_DegradedAnswer_SaysWhyInTheReceipt()
    {
        fixture.Lead.Mood = FakeLeadMood.Garbled;
        var answer = await (await fixture.Host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "about your refund" })).Content.ReadFromJsonAsync<JsonElement>();
        var verify = answer.GetProperty("receipt").GetProperty("stages").EnumerateArray().Single(stage => stage.GetProperty("name").GetString() == "verify");
        Assert.Equal("failed", verify.GetProperty("outcome").GetString());
        Assert.Contains($"big at {fixture.Lead.Endpoint}", verify.GetProperty("reason").GetString());
    }

    /// <summary>An earlier case may have left it alone for a while.</summary>
    private async Task UntilTheLeadAnswersAsync()
    {
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromSeconds(30);)
        {
            var answer = await (await fixture.Host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "about your refund" })).Content.ReadFromJsonAsync<JsonElement>();
            if (answer.GetProperty("receipt").GetProperty("answeredBy").GetString() == "lead")
            {
                return;
            }

            await Task.Delay(200);
        }

        Assert.Fail("The lead is well, and yet it is not asked.");
    }
}
