using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

/// <summary>What begins, without any retraining that runs.</summary>
public sealed class RetrainStarterTests(RetrainStarterTests.Storage host) : IClassFixture<RetrainStarterTests.Storage>
{
    private readonly Runs _runs = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow()) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_SeveralAtOnce_IsOneRetraining()
    {
        var starter = Starter();

        var ids = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => starter.StartAsync(TestModels.Task, true, Cancelled)));

        Assert.Equal(_runs.States.Keys.Single(), ids.Distinct().Single());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(true, null)]
    [InlineData(null, 60.0)]
    [InlineData(true, 60.0)]
    public async Task Start_OneRunsThatDoesWhatIsAskedFor_IsFound(bool? fromServing, double? shadowSeconds)
    {
        var starter = Starter();
        var running = await starter.StartAsync(TestModels.Task, true, Cancelled, 60);

        Assert.Equal(running, await starter.StartAsync(TestModels.Task, fromServing, Cancelled, shadowSeconds));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, 3600.0)]
    public async Task Start_OneRunsThatDoesSomethingElse_IsRefusedWithItsName(bool? fromServing, double? shadowSeconds)
    {
        var starter = Starter();
        var running = await starter.StartAsync(TestModels.Task, true, Cancelled, 60);

        var error = await Assert.ThrowsAsync<RetrainingRunsException>(() => starter.StartAsync(TestModels.Task, fromServing, Cancelled, shadowSeconds));

        Assert.Contains($"'{running}' with other settings: from 'serving', shadowSeconds 60.", error.Message, StringComparison.Ordinal);
        Assert.Single(_runs.States);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("{}")]
    public async Task Notice_MarkCannotBeRead_CountsAllLessonsAsNew(string mark)
    {
        await DropAsync(TestModels.Task, 600);
        await host.Blob(BlobContainers.Releases, $"{TestModels.Task}/lessons.json").UploadAsync(new BinaryData(mark), overwrite: true, Cancelled);

        Assert.NotNull(await Starter().NoticeAsync(TestModels.Task, Cancelled));
    }

    [Fact]
    public async Task NoticeAll_OneTaskFails_TheOthersDoNotWaitForIt()
    {
        await DropAsync("alpha", 600);
        await DropAsync(TestModels.Task, 600);
        var folder = Directory.CreateDirectory(Path.Combine(host.Settings.ModelsFolder, "alpha")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "task.json"), """{ "name": "alpha", "kind": "classification", "labels": ["ham", "spam"], "instruction": "Tell spam from mail." }""", Cancelled);
        _runs.Unreachable = "retrain-alpha-";

        await Starter().NoticeAllAsync(Cancelled);

        Directory.Delete(folder, recursive: true);
        Assert.StartsWith($"retrain-{TestModels.Task}-", Assert.Single(_runs.States).Key, StringComparison.Ordinal);
        Assert.Contains(host.Log, line => line.Contains("Task alpha cannot be retrained yet: away", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(WorkflowStatus.Terminated)]
    [InlineData(WorkflowStatus.Completed)]
    public async Task Notice_TheRunEndedAndLeftItsLessons_BeginsAnotherWithEnoughNewerOnes(WorkflowStatus ended)
    {
        await DropAsync(TestModels.Task, 600);
        await host.Blob(BlobContainers.Releases, $"{TestModels.Task}/lessons.json").DeleteIfExistsAsync(cancellationToken: Cancelled);
        var (starter, logged) = (Starter(), host.Log.Count);
        var first = await starter.NoticeAsync(TestModels.Task, Cancelled);

        _runs.Put(first!, ended, _time.GetUtcNow().AddHours(1)); // all lessons came before
        Assert.Null(await starter.NoticeAsync(TestModels.Task, Cancelled));
        Assert.Null(await starter.NoticeAsync(TestModels.Task, Cancelled));
        Assert.Single(host.Log.Skip(logged), line => line.Contains($"Retraining {first} is over", StringComparison.Ordinal));

        _runs.Put(first!, ended, _time.GetUtcNow().AddHours(-1)); // all came after
        Assert.Equal($"{first}-2", await starter.NoticeAsync(TestModels.Task, Cancelled));
    }

    /// <summary>In the place of what lies there.</summary>
    private Task DropAsync(string task, int count) => host.Blob(BlobContainers.TeacherOutputs, $"{task}/dropped.jsonl").UploadAsync(
        new BinaryData("{}"), new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["lessons"] = $"{count}" } }, Cancelled);

    private RetrainStarter Starter() => new(
        _runs, host.Service<ReleaseCatalog>(), host.Service<ITrainer>(), host.Service<BlobServiceClient>(), Options.Create(new RetrainingOptions { NewLessons = 500 }), _time,
        host.Service<ILogger<RetrainStarter>>());

    public sealed class Storage() : TestHost("--Retraining:Automatic=false");

    /// <summary>An engine whose runs stand as the test says, and whose answers take a moment.</summary>
    private sealed class Runs : IWorkflowClient
    {
        public Dictionary<string, WorkflowState> States { get; } = [];

        /// <summary>What the ids of runs begin with that cannot be listed; null for none.</summary>
        public string? Unreachable { get; set; }

        public void Put(string id, WorkflowStatus status, DateTimeOffset updatedAt) => States[id] = new(id, WorkflowNames.Retrain.Value, status, updatedAt, updatedAt);

        public async Task<string> StartAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            lock (States)
            {
                Put(instanceId!, WorkflowStatus.Pending, DateTimeOffset.UnixEpoch);
                States[instanceId!] = States[instanceId!] with { Input = JsonSerializer.SerializeToElement(input, DurableJson.Options) };
            }

            return instanceId!;
        }

        public Task<WorkflowState?> GetAsync(string instanceId, CancellationToken cancellationToken = default) => Task.FromResult(States.GetValueOrDefault(instanceId));

        public async Task<IReadOnlyList<WorkflowState>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken = default)
        {
            if (query.Prefix == Unreachable)
            {
                throw new InvalidOperationException("away");
            }

            List<WorkflowState> found;
            lock (States)
            {
                found = [.. States.Values.Where(state => state.InstanceId.StartsWith(query.Prefix!, StringComparison.Ordinal) && state.Status == query.Status)];
            }

            await Task.Yield();
            return found;
        }

        public Task<WorkflowState> WaitAsync(string instanceId, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task RaiseEventAsync<T>(string instanceId, string eventName, T payload, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task TerminateAsync(string instanceId, string reason, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<bool> PurgeAsync(string instanceId, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
