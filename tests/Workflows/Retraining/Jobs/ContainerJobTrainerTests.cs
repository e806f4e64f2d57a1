using System.Collections.Concurrent;
using Azure.Messaging;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Inference.Lessons;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Events;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Retraining.Jobs;

namespace Understudy.Workflows.Tests.Retraining.Jobs;

/// <summary>Against Azurite and a resource manager of the tests' own.</summary>
public sealed class ContainerJobTrainerTests(QuietHost host) : IClassFixture<QuietHost>, IAsyncLifetime
{
    private readonly TrainingOrder _order = new($"retrain-mail-{Guid.NewGuid():N}", TestModels.Task, TestModels.First, true);
    private FakeArm _arm = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private BlobContainerClient Work => host.Blobs.GetBlobContainerClient(BlobContainers.Work);

    private BlobClient Order => Work.GetBlobClient($"training/{_order.Run}.json");

    public async ValueTask InitializeAsync() => _arm = await FakeArm.StartAsync();

    public async ValueTask DisposeAsync() => await _arm.DisposeAsync();

    [Fact]
    public async Task Start_AsksTheResourceManagerOnceAndLaysTheOrderThereBefore()
    {
        var wasThere = false;
        _arm.OnStart = async _ => wasThere = await Order.ExistsAsync(Cancelled);
        var trainer = Trainer();

        await trainer.StartAsync(_order, Cancelled);
        await trainer.StartAsync(_order, Cancelled);
        await Trainer().StartAsync(_order, Cancelled);

        Assert.Equal([$"POST {FakeArm.Job}/start?api-version=2025-01-01"], _arm.Asked);
        Assert.Equal(["Bearer for https://management.azure.com/.default"], _arm.Tokens);
        Assert.True(wasThere);
        Assert.Equal((TrainingState.Running, "wait"), await LookAsync(trainer));
    }

    [Fact]
    public async Task Start_OnManyMachinesAtOnce_StartsOne()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Trainer().StartAsync(_order, Cancelled)));

        Assert.Equal(1, _arm.Starts);
    }

    [Fact]
    public async Task Start_Refused_SaysWhichRightIsMissingAndIsTriedAgain()
    {
        _arm.Status = 403;
        var refusal = await Assert.ThrowsAsync<RetrainingUnavailableException>(() => Trainer().StartAsync(_order, Cancelled));
        Assert.Contains("Container Apps Jobs Operator", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("AuthorizationFailed", refusal.Message, StringComparison.Ordinal);
        Assert.False(await Order.ExistsAsync(Cancelled));

        _arm.Status = 200;
        await Trainer().StartAsync(_order, Cancelled);

        Assert.Equal(2, _arm.Starts);
    }

    [Fact]
    public async Task Look_HeartThatStopped_IsLostAndStartedAgain()
    {
        var trainer = Trainer();
        await trainer.StartAsync(_order, Cancelled);
        await SayAsync(TrainingState.Running);
        Assert.Equal((TrainingState.Running, "step"), await LookAsync(trainer));

        await UntilAsync(async () => (await trainer.LookAsync(_order, Cancelled)).Status == TrainingState.Lost);
        await trainer.StartAsync(_order, Cancelled);

        Assert.Equal(2, _arm.Starts);
        Assert.Equal((TrainingState.Running, "wait"), await LookAsync(trainer));
    }

    [Fact]
    public async Task Look_GivenBack_IsLostAtOnce()
    {
        var trainer = Trainer();
        await trainer.StartAsync(_order, Cancelled);
        await SayAsync(TrainingState.Lost);

        Assert.Equal(TrainingState.Lost, (await trainer.LookAsync(_order, Cancelled)).Status);
    }

    [Theory]
    [InlineData(TrainingState.Done)]
    [InlineData(TrainingState.Failed)]
    public async Task Start_WhatIsOver_StartsNothing(string status)
    {
        await SayAsync(status);
        var trainer = Trainer();

        await trainer.StartAsync(_order, Cancelled);

        Assert.Equal(0, _arm.Starts);
        Assert.Equal(status, (await trainer.LookAsync(_order, Cancelled)).Status);
    }

    [Fact]
    public async Task Stop_EndsTheExecutionAndTakesTheOrderFromWhoeverHoldsIt()
    {
        var trainer = Trainer();
        await trainer.StartAsync(_order, Cancelled);
        await Order.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancelled);

        await trainer.StopAsync(_order.Run, Cancelled);

        Assert.Equal($"POST {FakeArm.Job}/executions/trainer-1/stop?api-version=2025-01-01", _arm.Asked.Last());
        Assert.False(await Order.ExistsAsync(Cancelled));
    }

    [Fact]
    public async Task Stop_NothingWasStarted_AsksNobody()
    {
        await Trainer().StopAsync("retrain-mail-never", Cancelled);

        Assert.Empty(_arm.Asked);
    }

    [Fact]
    public async Task Run_OrderHeldBySomebodyElse_IsLeftToThem()
    {
        await Trainer().StartAsync(_order, Cancelled);
        await Order.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancelled);

        Assert.Empty(await Job(new PatientTraining()).RunAsync(_order.Run, _ => { }, Cancelled));
        Assert.True(await Order.ExistsAsync(Cancelled));
    }

    [Fact]
    public async Task Run_LessonsThatAreGone_RemovesTheOrder()
    {
        await Trainer().StartAsync(_order, Cancelled);

        Assert.Empty(await Job(new PatientTraining()).RunAsync(_order.Run, _ => { }, Cancelled));

        Assert.False(await Order.ExistsAsync(Cancelled));
    }

    [Fact]
    public async Task Run_ToldToStop_GivesTheOrderBack()
    {
        await LayLessonsAsync();
        var trainer = Trainer();
        await trainer.StartAsync(_order, Cancelled);
        var training = new PatientTraining();
        using var term = new CancellationTokenSource();
        var running = Job(training).RunAsync(_order.Run, _ => { }, term.Token);
        await training.Begun.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        await term.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(TrainingState.Lost, (await trainer.LookAsync(_order, Cancelled)).Status);
        var lease = await Order.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(15), cancellationToken: Cancelled); // free for the next
        Assert.NotNull(lease.Value);
    }

    [Fact]
    public async Task Run_VaultAway_LeavesTheOrderToTheNextAndRejectsNothing()
    {
        await LayLessonsAsync();
        var trainer = Trainer();
        await trainer.StartAsync(_order, Cancelled);

        await Assert.ThrowsAsync<SigningException>(() => Job(new VaultlessTraining()).RunAsync(_order.Run, _ => { }, Cancelled));

        Assert.NotEqual(TrainingState.Failed, (await trainer.LookAsync(_order, Cancelled)).Status);
        Assert.True(await Order.ExistsAsync(Cancelled));
        var lease = await Order.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(15), cancellationToken: Cancelled); // free for the next
        Assert.NotNull(lease.Value);
    }

    [Fact]
    public async Task Run_OrderTakenAwayMeanwhile_StopsByItself()
    {
        await LayLessonsAsync();
        var trainer = Trainer();
        await trainer.StartAsync(_order, Cancelled);
        var training = new PatientTraining();
        var said = new ConcurrentQueue<string>();
        var running = Job(training).RunAsync(_order.Run, said.Enqueue, Cancelled);
        await training.Begun.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        await trainer.StopAsync(_order.Run, Cancelled);

        Assert.Empty(await running.WaitAsync(TimeSpan.FromSeconds(30), Cancelled));
        Assert.Contains(said, line => line.Contains("taken away", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_Over_IsAnnouncedAndTheRetrainingGoesOn()
    {
        OrderingTrainer? trainer = null;
        await using var other = new TestHost("--Retraining:Automatic=false")
        {
            Configure = services => services.AddSingleton<ITrainer>(provider => trainer = new(provider.GetRequiredService<BlobServiceClient>())),
        };
        await other.InitializeAsync();
        await other.Blob(BlobContainers.TeacherOutputs, "mail/lessons.jsonl").UploadAsync(new BinaryData(TestLessons.Jsonl(TestLessons.Make(2000))), Cancelled);
        var run = await other.Service<RetrainStarter>().StartAsync(TestModels.Task, true, Cancelled);
        await trainer!.Ordered.WaitAsync(TimeSpan.FromSeconds(60), Cancelled);

        var job = new OrderedTraining(other.Blobs, other.Service<TrainingJob>(), other.Service<EventTopic>(), TimeProvider.System);
        Assert.Equal([run], await job.RunAsync(null, _ => { }, Cancelled));

        Assert.Contains(other.Log, line => line.Contains($"Understudy.TrainingOver", StringComparison.Ordinal) && line.Contains($"trainings/{run}", StringComparison.Ordinal));
        Assert.True((await other.Workflows.WaitAsync(run, Cancelled)).ReadOutput<RetrainResult>()!.Accepted);
        Assert.Empty(await job.RunAsync(null, _ => { }, Cancelled));
    }

    [Theory]
    [InlineData("batch-1", false)]
    [InlineData("retrain-mail-gone", true)]
    public async Task Event_ForARunThatIsNone_IsLeft(string run, bool isValid)
    {
        var handler = new TrainingOverHandler(host.Workflows);
        var announced = new CloudEvent("/understudy/tasks/mail", EventTypes.TrainingOver, new TrainingOver(run), typeof(TrainingOver));

        var failure = await Record.ExceptionAsync(() => handler.HandleAsync(announced, Cancelled));

        Assert.Equal(isValid, failure is not EventInvalidException);
        Assert.True(failure is null or EventInvalidException, $"{failure}");
    }

    private ContainerJobTrainer Trainer() => new(
        host.Blobs, new() { Job = FakeArm.Job, LostSeconds = 5 }, new FakeCredential(), TimeProvider.System, _arm.Client());

    private OrderedTraining Job(IStudentTraining training) => new(
        host.Blobs, new(host.Blobs, host.Service<ReleaseCatalog>(), training, TimeProvider.System), _ => default, TimeProvider.System);

    private async Task<(string, string)> LookAsync(ContainerJobTrainer trainer)
    {
        var state = await trainer.LookAsync(_order, Cancelled);
        return (state.Status, state.Step);
    }

    private Task SayAsync(string status) =>
        new TrainingStates(host.Blobs).SayAsync(_order, new(status, "step", 0, "", TimeProvider.System.GetUtcNow()), Cancelled);

    private async Task LayLessonsAsync()
    {
        foreach (var name in new[] { LessonFiles.Train, LessonFiles.Calibration })
        {
            await Work.GetBlobClient(LessonFiles.Name(_order.Run, name)).UploadAsync(new BinaryData("{}\n"), Cancelled);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            await Task.Delay(100, patience.Token);
        }
    }

    /// <summary>A training whose key's vault does not answer.</summary>
    private sealed class VaultlessTraining : IStudentTraining
    {
        public ReleaseManifest Train(
            string releaseFolder, ReleaseTrust trust, string lessons, string calibration, string outputFolder, bool fromServing, Action<string, double, string> onProgress, CancellationToken cancellationToken) =>
            throw new SigningException("The vault's key 'https://stage.vault.azure.net/keys/release-signing' cannot be reached: no answer");
    }
}
