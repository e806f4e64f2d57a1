using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class RetrainTriggerTests
{
    [Fact]
    public async Task NewLessons_Enough_StartOneRetrainingAndNoSecond()
    {
        await using var host = new TestHost("--Retraining:NewLessons=1000", "--LessonTrigger:PollMilliseconds=50", "--Retraining:ApprovalHours=1");
        await host.InitializeAsync();
        await DropAsync(host, "few", 900, 0);
        await DropAsync(host, "more", 1100, 900);

        var id = await FirstAsync(host);
        await StageAsync(host, id, "approval");
        Assert.Equal(TestModels.First, host.Service<ReleaseCatalog>().Channel(TestModels.Task, "stable"));
        var approved = await host.Http.PostAsJsonAsync($"api/operations/{id}/approval", new { approved = true }, TestContext.Current.CancellationToken);
        Assert.Equal(202, (int)approved.StatusCode);

        var result = (await host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken)).ReadOutput<RetrainResult>()!;
        Assert.True(result.Accepted, string.Join(' ', result.Reasons));
        Assert.Null(await host.Service<RetrainStarter>().NoticeAsync(TestModels.Task, TestContext.Current.CancellationToken));
        Assert.Single(await host.Workflows.ListAsync(new("retrain-"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task NewLessons_AnotherTaskIsWrong_DoNotWaitForIt()
    {
        await using var host = new TestHost("--Retraining:NewLessons=20", "--LessonTrigger:PollMilliseconds=600000");
        await host.InitializeAsync();
        TestModels.WriteBroken(host.Settings.ModelsFolder);
        await DropAsync(host, "lessons", 20, 0);

        await host.Service<RetrainStarter>().NoticeAllAsync(TestContext.Current.CancellationToken);

        Assert.Single(await host.Workflows.ListAsync(new($"retrain-{TestModels.Task}-"), TestContext.Current.CancellationToken));
        Assert.Contains(host.Log, line => line.Contains($"Task {TestModels.Broken} cannot be retrained yet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Approval_Declined_IsARejection()
    {
        await using var host = new TestHost("--Retraining:ApprovalHours=1", "--Retraining:Automatic=false");
        await host.InitializeAsync();
        await DropAsync(host, "lessons", 2000, 0);
        var id = await host.Service<RetrainStarter>().StartAsync(TestModels.Task, true, TestContext.Current.CancellationToken);
        await StageAsync(host, id, "approval");

        await host.Http.PostAsJsonAsync($"api/operations/{id}/approval", new { approved = false }, TestContext.Current.CancellationToken);

        var result = (await host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken)).ReadOutput<RetrainResult>()!;
        Assert.False(result.Accepted);
        Assert.Contains("declined", Assert.Single(result.Reasons));
        var late = await host.Http.PostAsJsonAsync($"api/operations/{id}/approval", new { approved = true }, TestContext.Current.CancellationToken);
        Assert.Equal("nothing-to-approve", (await late.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString()!.Split(':', '/')[^1]);
    }

    [Fact]
    public async Task Drift_TheRunFailed_IsTriedAgainAfterAPause()
    {
        await using var host = new TestHost("--LessonTrigger:PollMilliseconds=600000");
        await host.InitializeAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow + TimeSpan.FromMinutes(6));
        var starter = new RetrainStarter(
            host.Workflows, host.Service<ReleaseCatalog>(), host.Service<ITrainer>(), host.Service<BlobServiceClient>(), host.Service<IOptions<RetrainingOptions>>(), time, NullLogger<RetrainStarter>.Instance);
        var first = $"retrain-{TestModels.Task}-drift-{time.GetUtcNow():yyyyMMdd}";
        await host.Workflows.StartAsync(
            WorkflowNames.Batch, new BatchInput(TestModels.Task, "no-such", "\"0\"", TestModels.First, new(1, 1, 1, 1)), first, TestContext.Current.CancellationToken);
        Assert.Equal(WorkflowStatus.Failed, (await host.Workflows.WaitAsync(first, TestContext.Current.CancellationToken)).Status);

        Assert.Equal($"{first}-2", await starter.DriftedAsync(TestModels.Task, TestContext.Current.CancellationToken));
        await host.Workflows.TerminateAsync($"{first}-2", "enough", TestContext.Current.CancellationToken);
        Assert.Null(await starter.DriftedAsync(TestModels.Task, TestContext.Current.CancellationToken)); // what a person ended is not begun again
    }

    private static Task DropAsync(TestHost host, string name, int count, int first) => host.Blob(BlobContainers.TeacherOutputs, $"{TestModels.Task}/{name}.jsonl").UploadAsync(
        new BinaryData(TestLessons.Jsonl(TestLessons.Make(count, first: first))),
        new Azure.Storage.Blobs.Models.BlobUploadOptions { Metadata = new Dictionary<string, string> { ["lessons"] = $"{count}" } },
        TestContext.Current.CancellationToken);

    private static async Task<string> FirstAsync(TestHost host) => (await Eventually.UntilAsync(
        () => host.Workflows.ListAsync(new("retrain-"), TestContext.Current.CancellationToken), runs => runs.Count > 0, "a retraining starts"))[0].InstanceId;

    private static async Task StageAsync(TestHost host, string id, string stage)
    {
        var state = await Eventually.UntilAsync(
            () => host.Workflows.GetAsync(id, TestContext.Current.CancellationToken), state => state!.IsFinished || state.ReadStatus<RetrainProgress>()?.Stage == stage, $"it comes to '{stage}'");
        Assert.False(state!.IsFinished, $"{state.Failure?.Message} {state.Output}");
    }
}
