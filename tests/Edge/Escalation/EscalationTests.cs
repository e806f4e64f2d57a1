using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Understudy.Edge.Escalation;
using Understudy.Edge.Releases;
using Understudy.Edge.Reports;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Tests;

namespace Understudy.Edge.Tests.Escalation;

/// <summary>What a site asks the cloud, and what it makes of a cloud that will not answer.</summary>
public sealed class EscalationTests(CloudFixture cloud) : EdgeTest(cloud)
{
    [Theory]
    [InlineData("false", "false")]
    [InlineData("true", "")]
    public async Task Infer_CallerSaysWhetherToStore_TheCloudHearsIt(string said, string heard)
    {
        await using var fake = await FakeCloud.StartAsync();
        string? store = null;
        fake.Refuses = (request, _) => (store = request.Headers["X-Understudy-Store"].ToString()) is null || request.Headers["X-Understudy-Verify"] != "true" ? 500 : null;
        await using var site = await ServingAsync(fake);

        using var response = await AskAsync(site, said);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(heard, store);
    }

    [Fact]
    public async Task Infer_StoreHeaderIsNeither_IsAProblem()
    {
        await using var fake = await FakeCloud.StartAsync();
        await using var site = await ServingAsync(fake);

        using var response = await AskAsync(site, "no");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("X-Understudy-Store", (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("/infer", """{"input":"you win"}""")]
    [InlineData("/v1/chat/completions", """{"model":"mail","messages":[{"role":"user","content":"you win"}]}""")]
    public async Task Infer_MustBeVerified_AsksTheCloudThoughAStudentIsSureAndCountsNoAgreement(string path, string body)
    {
        await using var fake = await FakeCloud.StartAsync();
        await using var site = await ServingAsync(fake);

        using var response = await PostAsync("true");
        using var refused = await PostAsync("please");

        Assert.Contains("the cloud was asked", await response.Content.ReadAsStringAsync(Cancelled) + string.Concat(response.Headers.SelectMany(header => header.Value)));
        Assert.Equal((1, 0), (site.Status.Counts.Answers, site.Status.Counts.Escalated));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        async Task<HttpResponseMessage> PostAsync(string verify)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
                Headers = { { "X-Understudy-Verify", verify } },
            };
            return await site.Http.SendAsync(request, Cancelled);
        }
    }

    [Fact]
    public async Task Infer_CloudDoesNotTakeOneInput_AnswersTheOthers()
    {
        await using var fake = await FakeCloud.StartAsync();
        fake.Refuses = (_, texts) => texts.Contains("too long") ? 413 : null;
        await using var site = await ServingAsync(fake);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/infer")
        {
            Content = JsonContent.Create(new { inputs = (string[])["one", "two", "too long", "three"] }),
            Headers = { { "X-Understudy-Verify", "true" } },
        };

        using var response = await site.Http.SendAsync(request, Cancelled);

        var answers = (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("answers").EnumerateArray();
        Assert.Equal([false, false, true, false], answers.Select(answer => answer.GetProperty("receipt").GetProperty("degraded").GetBoolean()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"answers":null}""")]
    [InlineData("""{"answers":[]}""")]
    [InlineData("""{"answers":[null]}""")]
    [InlineData("""{"answers":[{"id":"0","label":"ham","confidence":1,"receipt":null}]}""")]
    [InlineData("""{"answers":[{"id":"0","label":"ham","confidence":1,"probabilities":null,"receipt":{"task":"mail","release":"1.0.0","answeredBy":"lead"}}]}""")]
    [InlineData("<html>Log in</html>", "text/html; charset=windows-1252")]
    public async Task Infer_CloudSendsNoAnswer_DegradesAndIsNoErrorOfTheRelease(string sent, string type = "application/json")
    {
        await using var fake = await FakeCloud.StartAsync();
        fake.Sends = Results.Bytes(System.Text.Encoding.UTF8.GetBytes(sent), type);
        await using var site = await ServingAsync(fake);

        using var response = await AskAsync(site, "true");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True((await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("receipt").GetProperty("degraded").GetBoolean());
        Assert.Equal(0, site.Status.Counts.Errors);
    }

    [Fact]
    public async Task Pump_CloudDoesNotTakeOneInput_LetsThatGoAndAsksAboutTheRest()
    {
        await using var fake = await FakeCloud.StartAsync();
        fake.Refuses = (_, texts) => texts.Contains("text 3") ? 400 : null;
        await using var site = await ServingAsync(fake);
        Fill(site);

        await site.Service<EscalationPump>().PumpAsync(Cancelled);

        Assert.Equal((0, 6, 1), (site.Status.Counts.Queued, site.Status.Counts.Escalated, site.Status.Counts.Dropped));
    }

    [Fact]
    public async Task Pump_CloudTakesTooLongForAll_AsksAboutFewer()
    {
        await using var fake = await FakeCloud.StartAsync();
        fake.Answers = 10;
        await using var site = await ServingAsync(fake, "--Edge:CloudSeconds=1");
        var queue = site.Service<EscalationQueue>();
        for (var i = 0; i < CloudClient.MostInputs; i++)
        {
            queue.Add(Entry(site, $"{i}", $"text {i}"));
        }

        for (var round = 0; round < 10 && site.Status.Counts.Queued > 0; round++)
        {
            await Record.ExceptionAsync(() => site.Service<EscalationPump>().PumpAsync(Cancelled));
        }

        Assert.Equal((0, CloudClient.MostInputs, 0), (site.Status.Counts.Queued, site.Status.Counts.Escalated, site.Status.Counts.Dropped));
    }

    [Fact]
    public async Task Infer_CloudTookTooLongForAll_AsksAboutFewerTheNextTime()
    {
        await using var fake = await FakeCloud.StartAsync();
        fake.Answers = 2;
        await using var site = await ServingAsync(fake, "--Edge:CloudSeconds=1");

        Assert.All(await DegradedAsync(), Assert.True);

        // On a busy machine one of the answers may be late once more.
        List<bool> degraded = [true];
        for (var again = 0; again < 5 && degraded.Contains(true); again++)
        {
            degraded = await DegradedAsync();
        }

        Assert.DoesNotContain(true, degraded);

        async Task<List<bool>> DegradedAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/infer")
            {
                Content = JsonContent.Create(new { inputs = (string[])["one", "two", "three", "four"] }),
                Headers = { { "X-Understudy-Verify", "true" } },
            };
            using var response = await site.Http.SendAsync(request, Cancelled);
            var answers = (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("answers").EnumerateArray();
            return [.. answers.Select(answer => answer.GetProperty("receipt").GetProperty("degraded").GetBoolean())];
        }
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Pump_NoInputIsAtFault_KeepsAll(int status)
    {
        await using var fake = await FakeCloud.StartAsync();
        fake.Refuses = (_, _) => status;
        await using var site = await ServingAsync(fake);
        Fill(site);

        await Assert.ThrowsAsync<LeadAwayException>(() => site.Service<EscalationPump>().PumpAsync(Cancelled));

        Assert.Equal((7, 0), (site.Status.Counts.Queued, site.Status.Counts.Dropped));
    }

    [Fact]
    public async Task Pump_LeadIsAwayForSome_KeepsThose()
    {
        await using var fake = await FakeCloud.StartAsync();
        fake.Degrades = text => text == "text 3";
        await using var site = await ServingAsync(fake);
        Fill(site);

        await site.Service<EscalationPump>().PumpAsync(Cancelled);

        Assert.Equal((1, 6), (site.Status.Counts.Queued, site.Status.Counts.Escalated));
        Assert.Equal("text 3", Assert.Single(site.Service<EscalationQueue>().Hardest(TestModels.Task)).Text);
    }

    [Fact]
    public async Task Pump_HardestAreNeverAnswered_HoldUpNoOther()
    {
        await using var fake = await FakeCloud.StartAsync();
        fake.Degrades = text => text.StartsWith("stuck", StringComparison.Ordinal);
        await using var site = await ServingAsync(fake);
        var queue = site.Service<EscalationQueue>();
        for (var i = 0; i < CloudClient.MostInputs; i++)
        {
            queue.Add(Entry(site, $"{i}", $"stuck {i}") with { Confidence = 0.1 });
        }

        queue.Add(Entry(site, "easy", "easy") with { Confidence = 0.9 });

        await site.Service<EscalationPump>().PumpAsync(Cancelled);
        await site.Service<EscalationPump>().PumpAsync(Cancelled);

        Assert.Equal((CloudClient.MostInputs, 1), (site.Status.Counts.Queued, site.Status.Counts.Escalated));
    }

    [Fact]
    public async Task Pump_AnotherPackageOfTheVersionAnswered_IsNotCountedForTheOneThatServes()
    {
        await using var fake = await FakeCloud.StartAsync();
        await using var site = await ServingAsync(fake);
        site.Service<EscalationQueue>().Add(Entry(site, "late", "late") with { Package = "another" });

        await site.Service<EscalationPump>().PumpAsync(Cancelled);

        Assert.Equal((0, 0), (site.Status.Counts.Queued, site.Status.Counts.Escalated));
    }

    [Fact]
    public async Task Pump_EntryIsPaused_DoesNotReadIt()
    {
        await using var fake = await FakeCloud.StartAsync();
        fake.Degrades = _ => true;
        await using var site = await ServingAsync(fake);
        Fill(site);
        await site.Service<EscalationPump>().PumpAsync(Cancelled);
        var entry = Directory.GetFiles(Path.Combine(Data, "queue", TestModels.Task), "*-3.json").Single();
        await File.WriteAllTextAsync(entry, "set aside where it is read", Cancelled);

        await site.Service<EscalationPump>().PumpAsync(Cancelled);

        Assert.True(File.Exists(entry));
    }

    [Fact]
    public async Task Pump_TheLeastHardWereLetGo_CountsNoAnswerUntilNothingWaitsAlsoAfterARestart()
    {
        await using var fake = await FakeCloud.StartAsync();
        await using (var full = Site("--Edge:QueueEntries=5"))
        {
            Fill(full);
            Assert.Equal(5, full.Status.Counts.Queued);
        }

        await using var site = await ServingAsync(fake);
        await site.Service<EscalationPump>().PumpAsync(Cancelled);
        Assert.Equal((0, 0), (site.Status.Counts.Queued, site.Status.Counts.Escalated));

        Fill(site);
        await site.Service<EscalationPump>().PumpAsync(Cancelled);

        Assert.Equal((0, 7), (site.Status.Counts.Queued, site.Status.Counts.Escalated));
    }

    [Fact]
    public async Task Ask_CloudSecondsBeyondWhatHttpClientsWait_AreWaited()
    {
        await using var site = Site("--Edge:CloudSeconds=600");

        using var http = site.Service<IHttpClientFactory>().CreateClient(CloudClient.HttpName);

        Assert.Equal(Timeout.InfiniteTimeSpan, http.Timeout);
    }

    [Fact]
    public async Task Ask_ClockIsSetBackDuringAPause_AsksAgainWhenItIsOver()
    {
        await using var fake = await FakeCloud.StartAsync();
        await using var site = Site($"--Edge:CloudUrl={fake.Url}", "--Edge:CloudPauseSeconds=30");
        var time = new SetClock();
        var client = new CloudClient(site.Service<IHttpClientFactory>(), site.Service<IOptions<EdgeOptions>>(), time);
        fake.Refuses = (_, _) => 500;
        await Assert.ThrowsAsync<LeadAwayException>(() => AskAsync(client));
        fake.Refuses = (_, _) => null;
        time.SetBack(TimeSpan.FromDays(1));
        await Assert.ThrowsAsync<LeadAwayException>(() => AskAsync(client));

        time.Pass(TimeSpan.FromSeconds(30));

        Assert.Single(await AskAsync(client));
    }

    [Fact]
    public async Task Pump_ClockIsSetBackDuringAPause_AsksAgainWhenItIsOver()
    {
        await using var fake = await FakeCloud.StartAsync();
        await using var site = Site($"--Edge:CloudUrl={fake.Url}", "--Edge:PollSeconds=30");
        var time = new SetClock();
        using var pump = new EscalationPump(
            site.Service<EscalationQueue>(), site.Service<CloudClient>(), site.Service<HardExamples>(), site.Service<TaskAccounts>(), site.Service<IOptions<EdgeOptions>>(), time,
            NullLogger<EscalationPump>.Instance);
        Fill(site);
        fake.Degrades = _ => true;
        await pump.PumpAsync(Cancelled);
        fake.Degrades = _ => false;
        time.SetBack(TimeSpan.FromDays(1));
        await pump.PumpAsync(Cancelled);
        Assert.Equal(7, site.Status.Counts.Queued);

        time.Pass(TimeSpan.FromSeconds(30));
        await pump.PumpAsync(Cancelled);

        Assert.Equal(0, site.Status.Counts.Queued);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Hardest_FileThatIsNoEntry_IsSetAside(string content)
    {
        await using var site = Site();
        Fill(site);
        var bad = Path.Combine(Data, "queue", TestModels.Task, "0.000000-bad.json");
        await File.WriteAllTextAsync(bad, content, Cancelled);

        Assert.Equal(7, site.Service<EscalationQueue>().Hardest(TestModels.Task).Count());

        Assert.Equal(7, site.Status.Counts.Queued);
        Assert.True(File.Exists($"{bad}.bad"));
    }

    private async Task<TestSite> ServingAsync(FakeCloud fake, params string[] args)
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        var site = await TestSite.StartAsync(Data, Storage, Name, [$"--Edge:CloudUrl={fake.Url}", "--Edge:PollSeconds=3600", .. args]);
        await site.ServesAsync(TestModels.First);
        return site;
    }

    private static Task<IReadOnlyList<Answer>> AskAsync(CloudClient client) => client.AskAsync(TestModels.Task, ["your refund"], store: true, Cancelled);

    private static QueuedInput Entry(TestSite site, string id, string text) =>
        new(id, TestModels.Task, text, "ham", 0.5, TestModels.First, DateTimeOffset.UnixEpoch, Package: site.Status.Package);

    private static void Fill(TestSite site)
    {
        for (var i = 0; i < 7; i++)
        {
            site.Service<EscalationQueue>().Add(Entry(site, $"{i}", $"text {i}"));
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(TestSite site, string store)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/infer") { Content = JsonContent.Create(new { input = "your refund" }), Headers = { { "X-Understudy-Store", store } } };
        return await site.Http.SendAsync(request, Cancelled);
    }
}
