using System.Collections.Concurrent;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Releases;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Retraining.Jobs;

namespace Understudy.Workflows.Tests.Retraining.Jobs;

/// <summary>A whole retraining as in the cloud: releases in blobs, and the trainer a process of its own that the resource manager starts.</summary>
public sealed class RetrainInAJobTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<JobProcess> _jobs = new();
    private readonly TestHost _host;
    private FakeArm _arm = null!;

    public RetrainInAJobTests() => _host = new("--Retraining:Automatic=false")
    {
        Configure = services =>
        {
            services.AddSingleton(provider => Machine("first", provider.GetRequiredService<BlobServiceClient>(), _host!.Settings.ModelsFolder));
            services.AddSingleton<ITrainer>(provider => new ContainerJobTrainer(
                provider.GetRequiredService<BlobServiceClient>(), new() { Job = FakeArm.Job, LostSeconds = 6 }, new FakeCredential(), TimeProvider.System, _arm.Client()));
        },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _arm = await FakeArm.StartAsync();
        await _host.InitializeAsync();
        await _host.Blob(BlobContainers.TeacherOutputs, "mail/lessons.jsonl").UploadAsync(new BinaryData(TestLessons.Jsonl(TestLessons.Make(2000))), Cancelled);
    }

    [Fact]
    public async Task Retrain_JobKilledInTheMiddle_EndsInOneReleaseThatASecondMachineServes()
    {
        var killed = new TaskCompletionSource();
        _arm.OnStart = name =>
        {
            var job = JobProcess.Start(_host.Host.StorageConnection);
            _jobs.Enqueue(job);
            _ = name == "trainer-1" ? KillWhenItTrainsAsync(job, killed) : Task.CompletedTask;
            return Task.CompletedTask;
        };

        var run = await _host.Service<RetrainStarter>().StartAsync(TestModels.Task, true, Cancelled);
        await killed.Task.WaitAsync(TimeSpan.FromSeconds(90), Cancelled);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(180));
        var state = await _host.Workflows.WaitAsync(run, patience.Token);

        var result = state.ReadOutput<RetrainResult>();
        Assert.True(result?.Accepted, $"{state.Failure?.Message} {string.Join(' ', result?.Reasons ?? [])} {string.Join('\n', _jobs.Select(job => job.Said))}");
        Assert.Equal(2, _arm.Starts); // the second found what the first left
        await _jobs.Last().EndAsync();
        Assert.True(_jobs.Last().ExitCode == 0, _jobs.Last().Said);
        using var second = Machine("second", _host.Blobs, seedFolder: null);
        using var lease = second.Acquire(TestModels.Task);
        Assert.Equal(("v1", TestModels.First), (lease.Release.Manifest.Version, second.Channel(TestModels.Task, "previous")));
        Assert.Equal([TestModels.First, TestModels.Second, "v1"], second.List(TestModels.Task).Select(release => release.Version).Order());
        Assert.Equal(lease.Release.Address, _host.Service<ReleaseCatalog>().Pointer(TestModels.Task, "stable")!.Manifest);
        Assert.Contains("accepted", await _host.ReadBlobAsync(BlobContainers.Releases, "mail/v1/report.md"));
        Assert.False(Directory.Exists(Path.Combine(_host.Settings.ModelsFolder, TestModels.Task, "v1"))); // what was deployed stays as it is
        Assert.Empty(await WorkAsync());
    }

    [Fact]
    public async Task RetrainRun_SigTerm_GivesTheOrderBackAndEnds()
    {
        var order = new TrainingOrder("retrain-mail-long", TestModels.Task, TestModels.First, true);
        var lessons = TestLessons.Make(60_000).ToList();
        await LessonFiles.WriteAsync(_host.Blobs, LessonFiles.Name(order.Run, LessonFiles.Train), lessons[5000..], Cancelled);
        await LessonFiles.WriteAsync(_host.Blobs, LessonFiles.Name(order.Run, LessonFiles.Calibration), lessons[..5000], Cancelled);
        _host.Service<ReleaseCatalog>().Acquire(TestModels.Task).Dispose(); // the first to ask publishes what was deployed
        await new OrderShelf(_host.Blobs, TimeProvider.System).PlaceAsync(order, Cancelled);
        await using var job = JobProcess.Start(_host.Host.StorageConnection);
        var states = new TrainingStates(_host.Blobs);
        while ((await states.HearAsync(order, Cancelled))?.State.Status != TrainingState.Running)
        {
            await Task.Delay(10, Cancelled);
        }

        job.AskToEnd();
        await job.EndAsync();

        Assert.Equal(1, job.ExitCode);
        Assert.Equal(TrainingState.Lost, (await states.HearAsync(order, Cancelled))!.State.Status);
        await using var free = await new OrderShelf(_host.Blobs, TimeProvider.System).TryTakeAsync(order.Run, Cancelled);
        Assert.Equal(order, free?.Order);
    }

    [Fact]
    public async Task RetrainRun_NothingOrdered_EndsAtOnce()
    {
        await using var job = JobProcess.Start(_host.Host.StorageConnection);

        await job.EndAsync();

        Assert.Equal(0, job.ExitCode);
        Assert.Contains("No training waits.", job.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetrainRun_NoStorage_SaysWhatToSet()
    {
        await using var job = JobProcess.Start("");

        await job.EndAsync();

        Assert.Equal(2, job.ExitCode);
        Assert.Contains("UNDERSTUDY_STORAGE", job.Said, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var job in _jobs)
        {
            await job.DisposeAsync();
        }

        await _host.DisposeAsync();
        await _arm.DisposeAsync();
        _folder.Dispose();
    }

    private ReleaseCatalog Machine(string name, BlobServiceClient blobs, string? seedFolder) => new(
        _folder.At(name), container: new BlobReleaseContainer(blobs.GetBlobContainerClient(BlobContainers.Releases)), seedFolder: seedFolder);

    /// <summary>Once its heart beats, which is before it has fetched the lessons.</summary>
    private async Task KillWhenItTrainsAsync(JobProcess job, TaskCompletionSource killed)
    {
        try
        {
            while (!(await WorkAsync()).Exists(name => name.EndsWith("/training.json", StringComparison.Ordinal)))
            {
            }

            await job.KillAsync();
            Assert.DoesNotContain("Over:", job.Said, StringComparison.Ordinal);
            killed.SetResult();
        }
        catch (Exception error)
        {
            killed.SetException(error);
        }
    }

    private async Task<List<string>> WorkAsync()
    {
        List<string> names = [];
        await foreach (var blob in _host.Blobs.GetBlobContainerClient(BlobContainers.Work).GetBlobsAsync(cancellationToken: Cancelled))
        {
            if (!blob.Name.StartsWith("watermarks/", StringComparison.Ordinal))
            {
                names.Add(blob.Name);
            }
        }

        return names;
    }
}
