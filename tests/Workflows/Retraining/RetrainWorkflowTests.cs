using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Inference.Datasets;
using Understudy.Inference.Lessons;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Quality;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Tests.Retraining.Jobs;

namespace Understudy.Workflows.Tests.Retraining;

/// <summary>On the embedded engine, Azurite and the trainer of the local host.</summary>
public sealed class RetrainWorkflowTests : IAsyncLifetime
{
    private readonly TestHost _host = new("--Retraining:Automatic=false");

    private ReleaseCatalog Catalog => _host.Service<ReleaseCatalog>();

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Run_LessonsThatTheStudentDoesNotKnow_ReleasesABetterStudent()
    {
        await DropAsync("lessons", TestLessons.Make(2000));

        var result = await RetrainAsync();

        Assert.True(result.Accepted, string.Join(' ', result.Reasons));
        Assert.Equal(("v1", 2000), (result.Version, result.Lessons));
        Assert.InRange(result.Before!.Value, 0.4, 0.85);
        Assert.InRange(result.After!.Value, 0.99, 1);
        Assert.Equal(("v1", TestModels.First), (Catalog.Channel(TestModels.Task, "stable"), Catalog.Channel(TestModels.Task, "previous")));
        Assert.Empty(ReleaseValidator.Validate(Path.Combine(Catalog.ModelsFolder, TestModels.Task, "v1")));
        var answer = await (await _host.Http.PostAsJsonAsync($"api/tasks/{TestModels.Task}/infer", new { input = "your refund please" })).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("v1 student", $"{answer.GetProperty("receipt").GetProperty("release")} {answer.GetProperty("receipt").GetProperty("answeredBy")}");
        await AssertReportHasPlotsAsync("mail/v1/report.md", "accepted");
        Assert.True(await _host.Blob(BlobContainers.Releases, "mail/v1/release.json").ExistsAsync(TestContext.Current.CancellationToken));
        Assert.Empty(await WorkAsync());
    }

    [Fact]
    public async Task Run_ReleaseThatSitesGet_CarriesSamplesThatItsStudentNeverSaw()
    {
        var lessons = TestLessons.Make(2000).Select(lesson => lesson with { Text = $"{lesson.Text} 0815-{lesson.Id![7..]}" }).ToList();
        await DropAsync("lessons", lessons);

        var result = await RetrainAsync();

        var packed = await PackageWriter.PackAsync(Catalog, TestModels.Task, result.Version, withLead: false, TestContext.Current.CancellationToken);
        var samples = Path.Combine(Catalog.ModelsFolder, TestModels.Task, "packed.jsonl");
        await File.WriteAllBytesAsync(samples, packed.Contents[packed.Package.Files.Single(file => file.Name == EdgePackage.SamplesFile).Sha256], TestContext.Current.CancellationToken);
        var texts = File.ReadLines(samples).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!).ToList();
        Assert.Equal(32, texts.Count);
        Assert.Subset(lessons.Select(lesson => lesson.Text!).ToHashSet(), texts.ToHashSet());
        using var lease = Catalog.Acquire(TestModels.Task, result.Version);
        Assert.Equal((32, 1.0), await SelfTest.RunAsync(lease.Release, samples, TestContext.Current.CancellationToken) is var tested ? (tested.Samples, tested.Agreement) : default);
    }

    [Fact]
    public async Task Run_AuditedLessons_AreWeighedByWhatHostsCountedThoughNothingIsAuditedAnyMore()
    {
        // What the student knows was asked about at random, the rest was passed on: as many of each, and of the inputs three of four were of the former.
        await DropAsync("lessons", TestLessons.Make(4000).Select(lesson => lesson with
        {
            Teacher = lesson.Teacher! with { Model = $"lead@{TestModels.First}", Weight = lesson.Text!.Contains("win") || lesson.Text.Contains("agenda") ? 20 : null },
        }));
        var hour = new DateTimeOffset(DateTime.UtcNow.Date.AddHours(DateTime.UtcNow.Hour), TimeSpan.Zero);
        await _host.Service<QualityStore>().WriteAsync(TestModels.Task, DateOnly.FromDateTime(hour.UtcDateTime), [new(TestModels.First, hour, new() { Undeferred = 60_000, Deferred = 20_000, Audited = 2000 })], TestContext.Current.CancellationToken);

        var result = await RetrainAsync();

        Assert.True(result.Accepted, string.Join(' ', result.Reasons));
        var report = await _host.ReadBlobAsync(BlobContainers.Releases, "mail/v1/report.md");
        Assert.Matches("Thresholds hold for inputs as they came to 1.0.0: .* Each text counts once, however often it came.", report);
        var counts = Regex.Match(report, "([0-9]+) to learn from, ([0-9]+) to choose thresholds on, ([0-9]+) held out .*\n([0-9]+) others were not drawn for thresholds")
            .Groups.Values.Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(result.Lessons, counts.Sum());
        Assert.InRange(counts[1], 467, 600); // of 800, 400 and a third of 400 on average, 5 standard deviations to each side
        Assert.Matches("The test and the recalls are of (4[6-9][0-9]|5[0-9][0-9]) examples that were drawn as inputs are served", report); // of 800, too
    }

    [Fact]
    public async Task Run_ReleaseThatServesHasAnEnsemble_SaysThatItIsNotCarriedOver()
    {
        const string Dropped = "The average of release averaged is not carried over: 'calibrate --ensemble average' chooses one anew.";
        TestModels.WriteAveraged(Catalog.ModelsFolder);
        await Catalog.PromoteAsync(TestModels.Task, TestModels.Averaged, TestContext.Current.CancellationToken);
        await DropAsync("lessons", TestLessons.Make(2000));

        var result = await RetrainAsync();

        Assert.True(result.Accepted, string.Join(' ', result.Reasons));
        Assert.Contains(Dropped, result.Reasons);
        Assert.DoesNotContain(result.Reasons, reason => reason.Contains("cascade's accuracy rises"));
        var report = await _host.ReadBlobAsync(BlobContainers.Releases, "mail/v1/report.md");
        Assert.Contains($"- {Dropped}\n", report);
        Assert.Contains("| cascade's accuracy without the average |", report);
    }

    [Fact]
    public async Task Run_AFifthOfTheLabelsFlipped_IsRejectedByAskingTheLead()
    {
        await DropAsync("poison", TestLessons.Make(2000, i => i % 5 == 0));

        var result = await RetrainAsync();

        Assert.False(result.Accepted);
        Assert.Contains("Asked again, the lead says the same", Assert.Single(result.Reasons));
        await AssertNothingServesAsync(result);
    }

    [Fact]
    public async Task Run_AThousandCopiesOfOneText_CountAsOneLesson()
    {
        await DropAsync("copies", Enumerable.Repeat(TestLessons.Make(1).Single(), 1000));

        var result = await RetrainAsync();

        Assert.False(result.Accepted);
        Assert.Contains("1 lessons are left of 1000", Assert.Single(result.Reasons));
        await AssertNothingServesAsync(result);
    }

    [Fact]
    public async Task Run_LinesThatAreNoLessons_AreQuarantinedWithTheirReasons()
    {
        var lines = string.Join('\n', "{\"text\":", "{\"text\":\"a\"}", "{\"text\":\"a\",\"teacher\":{\"label\":\"eggs\"}}", "{\"text\":\"a\",\"teacher\":{\"probabilities\":{\"ham\":0.9,\"spam\":0.9}}}");
        await DropTextAsync("mixed", TestLessons.Jsonl(TestLessons.Make(2000)) + lines);

        var result = await RetrainAsync();

        Assert.Equal(2000, result.Lessons);
        var id = (await _host.Workflows.ListAsync(new("retrain-"), TestContext.Current.CancellationToken)).Single().InstanceId;
        var set = (await _host.ReadBlobAsync(BlobContainers.Quarantine, $"teacher-outputs/mail/{id}.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([2001, 2002, 2003, 2004], set.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("line").GetInt32()));
        Assert.Contains("eggs", set[2]);
        Assert.Contains("sum to 1", set[3]);
    }

    [Fact]
    public async Task Run_RegressionSetThatTheNewStudentFails_IsRejected()
    {
        // What people vouch for says otherwise than the lead: refunds are no spam.
        var frozen = TestLessons.Make(400, i => i % 4 == 2, first: 50_000).Select(lesson => lesson with { Label = lesson.Teacher!.Label, Teacher = null });
        await File.WriteAllTextAsync(Path.Combine(Catalog.ModelsFolder, TestModels.Task, "regression.jsonl"), TestLessons.Jsonl(frozen), TestContext.Current.CancellationToken);
        await DropAsync("lessons", TestLessons.Make(2000));

        var result = await RetrainAsync();

        Assert.False(result.Accepted);
        Assert.Contains(result.Reasons, reason => reason.Contains("student's accuracy falls"));
        await AssertReportHasPlotsAsync(result.Report[(BlobContainers.Releases.Length + 1)..], "rejected");
        await AssertNothingServesAsync(result);
    }

    [Fact]
    public async Task Run_RegressionSetThatIsNone_IsRejectedWithTheLine()
    {
        await File.WriteAllTextAsync(Path.Combine(Catalog.ModelsFolder, TestModels.Task, "regression.jsonl"), "{\"text\":\"you win\"}\n", TestContext.Current.CancellationToken);
        await DropAsync("lessons", TestLessons.Make(2000));

        var result = await RetrainAsync();

        Assert.Contains("line 1", Assert.Single(result.Reasons));
        await AssertNothingServesAsync(result);
    }

    [Fact]
    public async Task Release_AnotherPromotedMeanwhile_StandsAsideForIt()
    {
        await using var host = new TestHost("--Retraining:Automatic=false", "--Retraining:ApprovalHours=1");
        await host.InitializeAsync();
        var catalog = host.Service<ReleaseCatalog>();
        await host.Blob(BlobContainers.TeacherOutputs, "mail/lessons.jsonl").UploadAsync(new BinaryData(TestLessons.Jsonl(TestLessons.Make(2000))), TestContext.Current.CancellationToken);
        var id = await host.Service<RetrainStarter>().StartAsync(TestModels.Task, true, TestContext.Current.CancellationToken);
        await Eventually.UntilAsync(() => host.Workflows.GetAsync(id, TestContext.Current.CancellationToken), state => state!.ReadStatus<RetrainProgress>()?.Stage == "approval", "it waits for approval");

        await catalog.PromoteAsync(TestModels.Task, TestModels.Second, TestContext.Current.CancellationToken);
        await host.Service<RetrainStarter>().ApproveAsync(id, true, TestContext.Current.CancellationToken);

        var result = (await host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken)).ReadOutput<RetrainResult>()!;
        Assert.False(result.Accepted);
        Assert.Contains("2.0.0 was promoted meanwhile", Assert.Single(result.Reasons));
        Assert.Equal(TestModels.Second, catalog.Channel(TestModels.Task, "stable"));
        Assert.Contains(catalog.List(TestModels.Task), release => release.Version == "v1");
    }

    [Fact]
    public async Task Release_RunAgainAfterItWasTakenBack_LeavesItSo()
    {
        var token = TestContext.Current.CancellationToken;
        await using var host = new TestHost("--Retraining:Automatic=false");
        await host.InitializeAsync();
        var catalog = host.Service<ReleaseCatalog>();
        await catalog.PromoteAsync(TestModels.Task, TestModels.Second, token);
        await catalog.RollbackAsync(TestModels.Task, token);
        var before = catalog.Channel(TestModels.Task, "stable")!;
        var made = catalog.List(TestModels.Task).Single(release => release.Version == TestModels.Second).CreatedAt;
        var input = new ConcludeInput(null!, new(TestModels.Task, before, true, "by hand", null!), TestModels.Second, made, null!, null, true, []);

        var outcome = await new ReleaseActivity(host.Service<BlobServiceClient>(), catalog).RunAsync(new("retrain-mail", token), input);

        Assert.Equal(before, outcome.Superseded);
        Assert.Equal(before, catalog.Channel(TestModels.Task, "stable"));
    }

    [Fact]
    public async Task Release_CandidateExchangedSinceTheGate_IsNeverSigned()
    {
        await using var host = new TestHost("--Retraining:Automatic=false", "--Retraining:ApprovalHours=1");
        await host.InitializeAsync();
        await host.Blob(BlobContainers.TeacherOutputs, "mail/lessons.jsonl").UploadAsync(new BinaryData(TestLessons.Jsonl(TestLessons.Make(2000))), TestContext.Current.CancellationToken);
        var id = await host.Service<RetrainStarter>().StartAsync(TestModels.Task, true, TestContext.Current.CancellationToken);
        await Eventually.UntilAsync(() => host.Workflows.GetAsync(id, TestContext.Current.CancellationToken), state => state!.ReadStatus<RetrainProgress>()?.Stage == "approval", "it waits for approval");

        // The student that serves now, of the name that the new one has: a whole model, and another.
        var catalog = host.Service<ReleaseCatalog>();
        await host.Blob(BlobContainers.Work, $"{id}/candidate/student.bin").UploadAsync(
            Path.Combine(catalog.FolderOf(TestModels.Task, TestModels.First), "student.bin"), overwrite: true, TestContext.Current.CancellationToken);
        await host.Service<RetrainStarter>().ApproveAsync(id, true, TestContext.Current.CancellationToken);

        var result = (await host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken)).ReadOutput<RetrainResult>()!;
        Assert.False(result.Accepted);
        Assert.Contains("not what the gate measured", Assert.Single(result.Reasons));
        Assert.Equal(TestModels.First, catalog.Channel(TestModels.Task, "stable"));
        Assert.Equal([TestModels.First, TestModels.Second], catalog.List(TestModels.Task).Select(release => release.Version).Order());
        Assert.Contains("not what the gate measured", await host.ReadBlobAsync(BlobContainers.Releases, result.Report[(BlobContainers.Releases.Length + 1)..]));
    }

    [Fact]
    public async Task Run_HostStoppedInTheMiddle_GoesOnAndEndsInOneRelease()
    {
        await DropAsync("lessons", TestLessons.Make(2000));
        var started = await _host.Http.PostAsync($"api/tasks/{TestModels.Task}/retrain", null, TestContext.Current.CancellationToken);
        var id = started.Headers.Location!.ToString().Split('/')[^1];
        await Eventually.UntilAsync(
            () => _host.Workflows.GetAsync(id, TestContext.Current.CancellationToken), state => state!.ReadStatus<RetrainProgress>()?.Stage is "train" or "gate" or "release" or "done", "it trains");

        await _host.StopAsync();
        await _host.StartAsync();

        var state = await _host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken);
        Assert.True(state.ReadOutput<RetrainResult>()!.Accepted, state.Failure?.Message);
        Assert.Equal("v1", Catalog.Channel(TestModels.Task, "stable"));
        Assert.Equal([TestModels.First, TestModels.Second, "v1"], Catalog.List(TestModels.Task).Select(release => release.Version).Order());
    }

    [Fact]
    public async Task Cancel_WhileItTrains_StopsTheTrainingAndLeavesWhatServes()
    {
        var training = new PatientTraining();
        await using var host = new TestHost("--Retraining:Automatic=false") { Configure = services => services.AddSingleton<IStudentTraining>(training) };
        await host.InitializeAsync();
        await host.Blob(BlobContainers.TeacherOutputs, $"{TestModels.Task}/lessons.jsonl").UploadAsync(
            new BinaryData(TestLessons.Jsonl(TestLessons.Make(2000))), TestContext.Current.CancellationToken);
        var started = await host.Http.PostAsync($"api/tasks/{TestModels.Task}/retrain", null, TestContext.Current.CancellationToken);
        await training.Begun.WaitAsync(TestContext.Current.CancellationToken);

        var cancelled = await host.Http.DeleteAsync(started.Headers.Location!, TestContext.Current.CancellationToken);

        Assert.Equal("cancelled", (await cancelled.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
        await training.Stopped.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(TestModels.First, host.Service<ReleaseCatalog>().Channel(TestModels.Task, "stable"));
    }

    [Fact]
    public async Task Start_WhileOneRuns_IsThatOne()
    {
        await DropAsync("lessons", TestLessons.Make(2000));

        var starter = _host.Service<RetrainStarter>();
        var first = await starter.StartAsync(TestModels.Task, true, TestContext.Current.CancellationToken);
        var second = await starter.StartAsync(TestModels.Task, true, TestContext.Current.CancellationToken);

        Assert.Equal(first, second);
        await _host.Workflows.WaitAsync(first, TestContext.Current.CancellationToken);
    }

    private Task DropAsync(string name, IEnumerable<DatasetRecord> lessons) => DropTextAsync(name, TestLessons.Jsonl(lessons));

    private Task DropTextAsync(string name, string jsonl) =>
        _host.Blob(BlobContainers.TeacherOutputs, $"{TestModels.Task}/{name}.jsonl").UploadAsync(new BinaryData(jsonl), overwrite: true, TestContext.Current.CancellationToken);

    private async Task<RetrainResult> RetrainAsync()
    {
        var id = await _host.Service<RetrainStarter>().StartAsync(TestModels.Task, true, TestContext.Current.CancellationToken);
        var state = await _host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken);
        Assert.True(state.Status == WorkflowStatus.Completed, state.Failure?.Message);
        return state.ReadOutput<RetrainResult>()!;
    }

    private async Task AssertReportHasPlotsAsync(string report, string verdict)
    {
        var text = await _host.ReadBlobAsync(BlobContainers.Releases, report);
        Assert.Contains(verdict, text);
        foreach (var plot in new[] { "retraining-loss.png", "retraining-coverage.png" })
        {
            Assert.Contains($"]({plot})", text);
            var picture = await _host.Blob(BlobContainers.Releases, report.Replace("report.md", plot)).DownloadContentAsync(TestContext.Current.CancellationToken);
            Assert.True(picture.Value.Content.ToMemory().Span[1..4].SequenceEqual("PNG"u8));
        }
    }

    private async Task AssertNothingServesAsync(RetrainResult result)
    {
        Assert.Equal(TestModels.First, Catalog.Channel(TestModels.Task, "stable"));
        Assert.Equal([TestModels.First, TestModels.Second], Catalog.List(TestModels.Task).Select(release => release.Version).Order());
        Assert.Contains("rejected", await _host.ReadBlobAsync(BlobContainers.Releases, result.Report[(BlobContainers.Releases.Length + 1)..]));
        Assert.Empty(await WorkAsync());
    }

    private async Task<List<string>> WorkAsync()
    {
        var names = new List<string>();
        await foreach (var blob in _host.Blobs.GetBlobContainerClient(BlobContainers.Work).GetBlobsAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            if (!blob.Name.StartsWith("watermarks/", StringComparison.Ordinal))
            {
                names.Add(blob.Name);
            }
        }

        return names;
    }
}
