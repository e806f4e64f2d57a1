using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure;
using Azure.Core.Pipeline;
using Azure.Messaging.EventGrid;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Inference.Tasks;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;
using Understudy.Workflows.Quality;
using Understudy.Workflows.Requests;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Tests.Quality;

/// <summary>A host whose task is audited: the student answers what speaks of a win or an agenda, the fake lead the rest.</summary>
public sealed class QualityTests : IAsyncLifetime
{
    private const string Calibrated = "3.0.0";

    private FakeLead _lead = null!;

    public async ValueTask InitializeAsync() => _lead = await FakeLead.StartAsync();

    public ValueTask DisposeAsync() => _lead.DisposeAsync();

    [Fact]
    public async Task Direct_ShareOfTheStudentsAnswers_TheLeadIsAskedOffThePath()
    {
        await using var host = await StartAsync(share: 0.5);
        _lead.Answer = static prompt => prompt.Contains("win 7", StringComparison.Ordinal) ? "ham" : "spam";
        _lead.Alternative = "spam";

        await AskAsync(host, Enumerable.Range(0, 200).Select(i => $"you win {i}"));
        await AskAsync(host, Enumerable.Range(0, 20).Select(i => $"about your refund {i}"));

        var report = await SettledAsync(host);
        var recent = report.Recent!;
        Assert.Equal((220, 20 / 220.0, 0), (recent.Answers, recent.DeferralShare, recent.Missed));
        Assert.InRange(recent.Audited, 70, 130); // 100 on average, 4 standard deviations to each side
        Assert.Equal(recent.Audited + 20, _lead.Asked);
        Assert.InRange(recent.Disagreed, 1, 11); // 7, and 70 to 79
        Assert.InRange(1 - (11 / 220.0), recent.AgreementLow, recent.AgreementHigh);
        Assert.Equal(1 - (recent.Disagreed / 0.5 / 220), recent.Agreement!.Value, 1e-12);
        Assert.Null(report.Drift);
    }

    [Fact]
    public async Task Batch_Records_AreAuditedToo()
    {
        await using var host = await StartAsync(share: 1);
        var lines = string.Join('\n', Enumerable.Range(0, 60).Select(i => $$"""{"id":"r{{i}}","text":"{{(i % 3 == 0 ? "your refund" : "you win")}} {{i}}"}"""));
        _lead.Answer = static _ => "spam";
        _lead.Alternative = "spam";

        await host.Workflows.WaitAsync(await host.Service<BatchStarter>().StartAsync(TestModels.Task, "audited", await host.UploadBatchAsync("audited", lines), default));

        var recent = (await SettledAsync(host)).Recent!;
        Assert.Equal((60, 40, 0, 1.0), (recent.Answers, recent.Audited, recent.Disagreed, recent.Agreement!.Value));
    }

    [Fact]
    public async Task Quality_LeadAway_TheDrawnAreMissedAndNothingIsClaimed()
    {
        await using var host = await StartAsync(share: 1);
        _lead.Mood = FakeLeadMood.Broken;

        await AskAsync(host, ["you win 1", "you win 2"]);
        await Eventually.UntilAsync(() => Task.FromResult(_lead.Asked), asked => asked >= 2, "the lead is asked");

        var recent = (await ReadAsync(host)).Recent!;
        Assert.Equal((2, 0, 2), (recent.Answers, recent.Audited, recent.Missed));
        Assert.Null(recent.Agreement);
    }

    [Fact]
    public async Task Quality_SurvivesARestartAndSumsOverHosts()
    {
        await using var host = await StartAsync(share: 1);
        _lead.Answer = static _ => "spam";
        await AskAsync(host, ["you win 1", "you win 2"]);
        await SettledAsync(host);
        await host.StopAsync();
        await host.StartAsync();
        await AskAsync(host, ["you win 3"]);

        var recent = (await SettledAsync(host)).Recent!;

        Assert.Equal((3, 3), (recent.Answers, recent.Audited));
    }

    [Fact]
    public async Task Drift_StudentsAndLeadPartWays_IsAnnouncedOnceInACoolDown()
    {
        await using var host = await StartAsync(share: 1);
        await PromoteCalibratedAsync(host);
        var posts = new Posts();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var (one, other) = (posts.Watch(host, time), posts.Watch(host, time));
        _lead.Answer = static _ => "spam";
        await AskAsync(host, Enumerable.Range(0, 40).Select(i => $"you win {i}"));
        Assert.False((await SettledAsync(host)).Drift);
        Assert.False(await one.LookAsync(TestModels.Task, default));

        _lead.Answer = static _ => "ham"; // the world has changed, and the lead knows
        await AskAsync(host, Enumerable.Range(0, 20).Select(i => $"you win {i}"));

        Assert.True((await SettledAsync(host)).Drift);
        var announced = await Task.WhenAll(one.LookAsync(TestModels.Task, default), other.LookAsync(TestModels.Task, default));
        Assert.Single(announced, told => told);
        Assert.False(await other.LookAsync(TestModels.Task, default));
        var sent = Assert.Single(posts.Bodies)[0];
        Assert.Equal("Understudy.DriftDetected", sent.GetProperty("type").GetString());
        Assert.Equal((20, 300), (sent.GetProperty("data").GetProperty("recent").GetProperty("disagreed").GetInt32(), sent.GetProperty("data").GetProperty("calibrated").GetProperty("answers").GetInt32()));
        time.Advance(TimeSpan.FromHours(25));
        Assert.True(await one.LookAsync(TestModels.Task, default));
        var back = posts.Watch(host, new FakeTimeProvider(time.GetUtcNow().AddHours(-20))); // the clock is set back
        Assert.True(await back.LookAsync(TestModels.Task, default));
        Assert.False(await back.LookAsync(TestModels.Task, default));
    }

    [Fact]
    public async Task Drift_LeadOverridesSitesMoreOftenThanAtCalibration_IsAnnouncedOnceInACoolDown()
    {
        await using var host = await StartAsync(share: 1);
        await PromoteCalibratedAsync(host, "[0,0.5]"); // sure of nothing, and right
        var posts = new Posts();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var sites = new SiteQuality(host.Blobs, host.Service<SiteReports>(), time);
        var watch = posts.Watch(host, time);
        await SiteReportsAsync(host, escalated: 1000, agreed: 10);
        await sites.GatherAsync(TestModels.Task, default); // from when, nobody knows
        Assert.Null((await ReadAsync(host)).Sites);

        await SiteReportsAsync(host, escalated: 1040, agreed: 50);
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.True(await sites.GatherAsync(TestModels.Task, default));
        Assert.Equal((40, 1.0, false), (await ReadAsync(host)).Sites is { } sound ? (sound.Ruled, sound.Recent.Value, sound.Drift) : default);
        Assert.False(await watch.LookAsync(TestModels.Task, default));

        await SiteReportsAsync(host, escalated: 1080, agreed: 60);
        time.Advance(TimeSpan.FromMinutes(6));
        await sites.GatherAsync(TestModels.Task, default);

        Assert.Equal((80, 0.625, true), (await ReadAsync(host)).Sites is { } drifted ? (drifted.Ruled, drifted.Recent.Value, drifted.Drift) : default);
        Assert.True(await watch.LookAsync(TestModels.Task, default));
        Assert.False(await watch.LookAsync(TestModels.Task, default));
        var data = Assert.Single(posts.Bodies)[0].GetProperty("data");
        Assert.Equal(80, data.GetProperty("sites").GetProperty("ruled").GetInt32());
        time.Advance(TimeSpan.FromHours(25));
        Assert.True(await watch.LookAsync(TestModels.Task, default));
    }

    [Fact]
    public async Task Drift_InputsChange_IsAnnouncedOnceInACoolDown()
    {
        await using var host = await StartAsync(share: 0.0001);
        await PromoteCalibratedAsync(host, "[0,20]", "[20,0]");
        var posts = new Posts();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var watch = posts.Watch(host, time);
        await AskAsync(host, Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? $"you win {i}" : $"the agenda {i}"));
        Assert.Equal((200, 300, false), (await ReadAsync(host)).Inputs is { } alike ? (alike.Inputs, alike.Calibrated, alike.Drift) : default);
        Assert.False(await watch.LookAsync(TestModels.Task, default));

        await AskAsync(host, Enumerable.Range(0, 200).Select(i => $"you win {i}"));

        var report = await ReadAsync(host);
        Assert.Null(report.Drift); // nothing was drawn
        Assert.True(report.Inputs!.Drift);
        Assert.Equal(("spam", 0.5, 0.75), (report.Inputs.More[0].Label, report.Inputs.More[0].Calibrated, report.Inputs.More[0].Recent));
        Assert.Equal("ham", Assert.Single(report.Inputs.Less).Label);
        Assert.InRange(report.Inputs.PValue!.Value, 0, 1e-8);
        Assert.True(await watch.LookAsync(TestModels.Task, default));
        Assert.False(await watch.LookAsync(TestModels.Task, default));
        var data = Assert.Single(posts.Bodies)[0].GetProperty("data");
        Assert.True(data.GetProperty("inputs").GetProperty("drift").GetBoolean());
        Assert.Contains("'spam'", data.GetProperty("inputs").GetProperty("summary").GetString());
        time.Advance(TimeSpan.FromHours(25));
        Assert.True(await watch.LookAsync(TestModels.Task, default));
    }

    [Fact]
    public async Task Drift_InputsOfSitesChange_IsAnnounced()
    {
        await using var host = await StartAsync(share: 1);
        await PromoteCalibratedAsync(host, "[0,20]", "[20,0]");
        var posts = new Posts();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var sites = new SiteQuality(host.Blobs, host.Service<SiteReports>(), time);
        await SiteReportsAsync(host, 0, 0, Inputs(500, 10));
        await sites.GatherAsync(TestModels.Task, default);

        await SiteReportsAsync(host, 0, 0, Inputs(600, 110));
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.True(await sites.GatherAsync(TestModels.Task, default));
        Assert.Equal((200, false), (await ReadAsync(host)).Sites!.Inputs is { } alike ? (alike.Inputs, alike.Drift) : default);
        Assert.False(await posts.Watch(host, time).LookAsync(TestModels.Task, default));
        await SiteReportsAsync(host, 0, 0, Inputs(800, 110));
        time.Advance(TimeSpan.FromMinutes(6));
        await sites.GatherAsync(TestModels.Task, default);

        Assert.True(await posts.Watch(host, time).LookAsync(TestModels.Task, default));
        var data = Assert.Single(posts.Bodies)[0].GetProperty("data");
        Assert.Equal("ham", data.GetProperty("sites").GetProperty("inputs").GetProperty("more")[0].GetProperty("label").GetString());
        Assert.False(data.TryGetProperty("inputs", out var own) && own.ValueKind != JsonValueKind.Null);

        static InputCounts Inputs(long ham, long spam) => new() { Labels = [ham, spam], Confidence = [0, 0, 0, 0, 0, 0, 0, 0, 0, ham + spam] };
    }

    [Fact]
    public async Task Inputs_OfEveryPath_AreCountedOnceAndWhateverBecomesOfThem()
    {
        await using var host = await StartAsync(share: 0.0001, waits: true);
        await PromoteCalibratedAsync(host);
        _lead.Answer = static _ => "spam";
        var lines = string.Join('\n', Enumerable.Range(0, 60).Select(i => $$"""{"id":"r{{i}}","text":"{{(i % 3 == 0 ? "your refund" : "you win")}} {{i}}"}"""));
        await host.Workflows.WaitAsync(await host.Service<BatchStarter>().StartAsync(TestModels.Task, "inputs", await host.UploadBatchAsync("inputs", lines), default));
        await AskAsync(host, ["you win", "your refund"]);
        await DurablyAsync(["you win", "your refund"], verify: false);
        Assert.Equal(64, (await ReadAsync(host)).Inputs!.Inputs);

        // What somebody wants verified is not drawn as inputs are.
        await DurablyAsync(["you win"], verify: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks/mail/infer") { Content = JsonContent.Create(new { input = "your refund" }) };
        request.Headers.Add("X-Understudy-Verify", "true");
        Assert.Equal(HttpStatusCode.OK, (await host.Http.SendAsync(request)).StatusCode);
        Assert.Equal(64, (await ReadAsync(host)).Inputs!.Inputs);

        _lead.Mood = FakeLeadMood.Broken;
        using var refused = await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "another refund" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(65, (await ReadAsync(host)).Inputs!.Inputs);

        async Task DurablyAsync(string[] texts, bool verify) => await host.Workflows.WaitAsync(await host.Service<InferStarter>().StartAsync(
            TestModels.Task, [.. texts.Select((text, i) => new InferenceInput($"{i}", text))], single: false, key: null, default, verify: verify));
    }

    [Fact]
    public async Task Drift_TopicFails_IsAnnouncedLater()
    {
        await using var host = await StartAsync(share: 1);
        await PromoteCalibratedAsync(host);
        _lead.Answer = static _ => "ham";
        await AskAsync(host, Enumerable.Range(0, 20).Select(i => $"you win {i}"));
        await SettledAsync(host);
        var posts = new Posts { Status = HttpStatusCode.Forbidden };
        var watch = posts.Watch(host, TimeProvider.System);

        await Assert.ThrowsAsync<RequestFailedException>(() => watch.LookAsync(TestModels.Task, default));
        posts.Status = HttpStatusCode.OK;

        Assert.True(await watch.LookAsync(TestModels.Task, default));
    }

    private async Task<TestHost> StartAsync(double share, bool waits = false)
    {
        var host = new TestHost
        {
            Configure = services => services.AddSingleton<EventTopic>(_ => _ => default), // the host's own watch has nowhere to announce a drift, and leaves it to the test's
            Define = task => task with
            {
                Audit = new() { Share = share, Seed = 5 },
                WhenLeadIsAway = waits ? "wait" : "degrade",
                Lead = new() { Protocol = LeadDefinition.OpenAi, Endpoint = _lead.Endpoint.ToString(), Model = "big", TimeoutSeconds = 20, DeadlineSeconds = 60, Retries = 0 },
            },
        };
        await host.InitializeAsync();
        return host;
    }

    /// <summary>A release that keeps what its tiers said of 300 calibration records: they always agree.</summary>
    /// <param name="students">What its student says, in turn; null for that all is spam.</param>
    private static async Task PromoteCalibratedAsync(TestHost host, params string[] students)
    {
        students = students.Length == 0 ? ["[0,20]"] : students;
        var (from, to) = (Path.Combine(host.Settings.ModelsFolder, TestModels.Task, TestModels.First), Path.Combine(host.Settings.ModelsFolder, TestModels.Task, Calibrated));
        Directory.CreateDirectory(to);
        File.Copy(Path.Combine(from, "student.bin"), Path.Combine(to, "student.bin"));
        File.Copy(Path.Combine(from, "lead.bin"), Path.Combine(to, "lead.bin"));
        await File.WriteAllLinesAsync(Path.Combine(to, "calibration.jsonl"), Enumerable.Range(0, 300).Select(i => students[i % students.Length]).Select((student, i) =>
            $"{{\"id\":\"{i}\",\"label\":1,\"logits\":{{\"student\":{student},\"lead\":{(student.StartsWith("[0,", StringComparison.Ordinal) ? "[0,20]" : "[20,0]")}}}}}"));
        var catalog = host.Service<ReleaseCatalog>();
        using (var lease = catalog.Acquire(TestModels.Task))
        {
            ReleaseWriter.Write(to, lease.Release.Manifest with { Version = Calibrated });
        }

        await catalog.PromoteAsync(TestModels.Task, Calibrated);
    }

    private static async Task SiteReportsAsync(TestHost host, long escalated, long agreed, InputCounts? inputs = null)
    {
        await host.Blob(BlobContainers.EdgeReports, SiteFolder.PresenceBlob("harbour")).UploadAsync(
            new BinaryData(JsonSerializer.SerializeToUtf8Bytes(new SitePresence("harbour", [], DateTimeOffset.UnixEpoch), SiteJson.Options)), overwrite: true);
        var status = new SiteStatus { Site = "harbour", Task = TestModels.Task, Version = Calibrated, Counts = new() { Escalated = escalated, Agreed = agreed, Inputs = inputs } };
        await host.Blob(BlobContainers.EdgeReports, SiteFolder.StatusBlob("harbour", TestModels.Task)).UploadAsync(
            new BinaryData(JsonSerializer.SerializeToUtf8Bytes(status, SiteJson.Options)), overwrite: true);
    }

    private static async Task AskAsync(TestHost host, IEnumerable<string> inputs)
    {
        using var response = await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { inputs });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<QualityReport> ReadAsync(TestHost host) =>
        (await host.Http.GetFromJsonAsync<QualityReport>("/api/tasks/mail/quality", DurableJson.Options))!;

    /// <summary>When the lead has been asked about all that were drawn.</summary>
    private static Task<QualityReport> SettledAsync(TestHost host) => Eventually.UntilAsync(() => ReadAsync(host), report => report.Recent is { Missed: 0, Audited: > 0 }, "all that were drawn are asked about");

    /// <summary>What is posted to a topic that is not there.</summary>
    private sealed class Posts : HttpMessageHandler
    {
        public List<JsonElement> Bodies { get; } = [];

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public DriftWatch Watch(TestHost host, TimeProvider time)
        {
            var options = new EventGridPublisherClientOptions { Transport = new HttpClientTransport(new HttpClient(this, disposeHandler: false)) };
            var publisher = new EventGridPublisherClient(new Uri("https://topic.example/api/events"), new AzureKeyCredential("key"), options);
            return new(host.Service<QualityReader>(), host.Service<BlobServiceClient>(), _ => new(publisher), time);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Status == HttpStatusCode.OK)
            {
                Bodies.Add(await request.Content!.ReadFromJsonAsync<JsonElement>(cancellationToken));
            }

            return new(Status);
        }
    }
}
