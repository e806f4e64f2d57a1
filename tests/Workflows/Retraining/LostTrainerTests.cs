using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

/// <summary>What a retraining does when whoever trains is lost again and again, as on a host that is killed or that the training itself ends.</summary>
public sealed class LostTrainerTests
{
    private static readonly RetrainInput Input = new("mail", "1.0.0", true, "test", RetrainSettings.From(new()));

    private static readonly GateFigures Figures = new(1, 1, 1, 0, 0, 0, 0, true);

    [Fact]
    public async Task Run_TrainersLost_AreWaitedForLongerEachTimeUntilOneIsDone()
    {
        var context = new Context(lost: 30);

        var result = await new RetrainWorkflow().RunAsync(context, Input);

        Assert.False(result.Accepted); // the gate is reached, and says no
        Assert.Equal(["the gate's reason"], result.Reasons);
        Assert.Equal(31, context.Starts);
        Assert.Equal([1, 1.5, 2.25], context.Pauses.Take(3).Select(pause => pause.TotalSeconds));
        Assert.Equal(context.Pauses.Order(), context.Pauses);
        Assert.Equal(300, context.Pauses[^1].TotalSeconds);
    }

    [Fact]
    public async Task Run_EveryTrainerLost_FailsAndLeavesItsLessonsToBeLearned()
    {
        var context = new Context(lost: int.MaxValue);

        var lost = await Assert.ThrowsAsync<TrainerLostException>(() => new RetrainWorkflow().RunAsync(context, Input));

        Assert.StartsWith("The trainer was lost 40 times in ", lost.Message);
        Assert.DoesNotContain(WorkflowNames.RetrainMark.Value, context.Steps);
        Assert.Equal(WorkflowNames.ClearWork.Value, context.Steps[^1]);
    }

    [Fact]
    public async Task Run_MachineOffForHours_DoesNotCountAsTraining()
    {
        var context = new Context(lost: 3, looks: 5) { PauseAfterLoss = TimeSpan.FromHours(5) };

        var result = await new RetrainWorkflow().RunAsync(context, Input);

        Assert.Equal(["the gate's reason"], result.Reasons);
    }

    [Fact]
    public async Task Run_TrainerTakesLongerThanAllowed_IsStopped()
    {
        var context = new Context(lost: 0, looks: 200);

        var result = await new RetrainWorkflow().RunAsync(context, Input);

        Assert.Equal(["The training was not over after 60 minutes (Retraining:TrainingMinutes) and was stopped."], result.Reasons);
        Assert.Contains(WorkflowNames.RetrainStopTraining.Value, context.Steps);
    }

    [Fact]
    public async Task Run_LostTrainersTookTheTime_IsStoppedAndFails()
    {
        var context = new Context(lost: 3, looks: 60);

        var lost = await Assert.ThrowsAsync<TrainerLostException>(() => new RetrainWorkflow().RunAsync(context, Input));

        Assert.StartsWith("The trainer was lost 2 times in ", lost.Message);
        Assert.Contains(WorkflowNames.RetrainStopTraining.Value, context.Steps);
        Assert.DoesNotContain(WorkflowNames.RetrainMark.Value, context.Steps);
    }

    [Fact]
    public async Task Run_NoTrainerEverBegins_FailsSoon()
    {
        var context = new Context(lost: int.MaxValue, looks: 30) { Step = TrainingState.Wait };

        var lost = await Assert.ThrowsAsync<TrainerLostException>(() => new RetrainWorkflow().RunAsync(context, Input));

        Assert.StartsWith("A trainer was asked for 5 times in ", lost.Message);
        Assert.DoesNotContain(WorkflowNames.RetrainMark.Value, context.Steps);
    }

    [Fact]
    public async Task Run_TrainerWaitsForItsTurnForHours_IsNotStopped()
    {
        var context = new Context(lost: 0, looks: 400) { Step = TrainingState.Wait };

        var result = await new RetrainWorkflow().RunAsync(context, Input);

        Assert.Equal(["the gate's reason"], result.Reasons);
    }

    [Fact]
    public async Task Run_BegunByAProgramOfBefore_KeepsToItsSteps()
    {
        var context = new Context(lost: int.MaxValue, version: 3);

        var result = await new RetrainWorkflow().RunAsync(context, Input);

        Assert.Equal(["The trainer was lost 5 times."], result.Reasons);
        Assert.Empty(context.Pauses);
    }

    [Fact]
    public async Task Run_NobodyCanBeToldOfTheRejection_EndsAllTheSame()
    {
        var context = new Context(lost: 0) { TopicIsAway = true };

        var result = await new RetrainWorkflow().RunAsync(context, Input);

        Assert.Equal(["the gate's reason"], result.Reasons);
        Assert.Contains(WorkflowNames.ClearWork.Value, context.Steps);
    }

    [Theory]
    [InlineData(UnderstudyWorkflows.Version)]
    [InlineData(6)]
    public async Task Run_ItsTrainerCannotBeLookedAt_IsStoppedBeforeItsWorkIsCleared(int version)
    {
        var context = new Context(lost: 0, version: version) { Fails = WorkflowNames.RetrainLookAtTraining.Value };

        await Assert.ThrowsAsync<StepFailedException>(() => new RetrainWorkflow().RunAsync(context, Input));

        Assert.Equal(WorkflowNames.ClearWork.Value, context.Steps[^1]);
        Assert.Equal(version > 6, context.Steps[^2] == WorkflowNames.RetrainStopTraining.Value);
    }

    [Fact]
    public async Task Run_NothingCanBeStopped_FailsForWhatItFailedForAndClearsItsWork()
    {
        var context = new Context(lost: int.MaxValue) { Fails = WorkflowNames.RetrainStopTraining.Value };

        await Assert.ThrowsAsync<TrainerLostException>(() => new RetrainWorkflow().RunAsync(context, Input));

        Assert.Equal(WorkflowNames.ClearWork.Value, context.Steps[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_WorkCannotBeCleared_EndsAllTheSame(bool accepts)
    {
        var context = new Context(lost: 0) { Accepts = accepts, Fails = WorkflowNames.ClearWork.Value };

        Assert.Equal(accepts, (await new RetrainWorkflow().RunAsync(context, Input)).Accepted);

        Assert.Contains(WorkflowNames.ClearWork.Value, context.Steps);
    }

    [Fact]
    public async Task Run_WorkOfAFailedRunCannotBeCleared_SaysWhyTheRunFailed()
    {
        var context = new Context(lost: int.MaxValue) { Fails = WorkflowNames.ClearWork.Value };

        await Assert.ThrowsAsync<TrainerLostException>(() => new RetrainWorkflow().RunAsync(context, Input));

        Assert.Equal(WorkflowNames.ClearWork.Value, context.Steps[^1]);
    }

    [Fact]
    public async Task Run_TheReleaseServesAndItsLessonsCannotBeMarked_TellsAllTheSame()
    {
        var context = new Context(lost: 0) { Accepts = true, Fails = WorkflowNames.RetrainMark.Value };

        Assert.True((await new RetrainWorkflow().RunAsync(context, Input)).Accepted);

        Assert.Contains(WorkflowNames.RetrainPublish.Value, context.Steps);
    }

    [Fact]
    public async Task Run_RejectedAndItsLessonsCannotBeMarked_Fails() => await Assert.ThrowsAsync<StepFailedException>(() =>
        new RetrainWorkflow().RunAsync(new Context(lost: 0) { Fails = WorkflowNames.RetrainMark.Value }, Input));

    /// <summary>A retraining whose first trainers are lost after they were seen at work some times; the next is done.</summary>
    private sealed class Context(int lost, int looks = 0, int version = UnderstudyWorkflows.Version) : ScriptedContext
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;
        private int _looked;

        public TimeSpan PauseAfterLoss { get; init; }

        public string Step { get; init; } = "epoch";

        public bool TopicIsAway { get; init; }

        public bool Accepts { get; init; }

        /// <summary>The step that fails whenever it runs.</summary>
        public string? Fails { get; init; }

        public override int Version => version;

        public override DateTimeOffset CurrentUtcDateTime => _now;

        public int Starts { get; private set; }

        public List<string> Steps { get; } = [];

        public List<TimeSpan> Pauses { get; } = [];

        public override Task CreateTimer(DateTimeOffset fireAt, CancellationToken cancellationToken = default)
        {
            Pauses.Add(fireAt - _now);
            _now = fireAt;
            return Task.CompletedTask;
        }

        public override Task<T> WaitForEventAsync<T>(string name, TimeSpan? timeout = null)
        {
            _now += timeout!.Value;
            throw new TimeoutException();
        }

        protected override object Result(string step, object? input)
        {
            Steps.Add(step);
            if (step == Fails)
            {
                throw new StepFailedException(step, new("Azure.RequestFailedException", "the storage is away"));
            }

            if (step == WorkflowNames.RetrainStartTraining.Value)
            {
                Starts++;
                _looked = 0;
            }

            return input switch
            {
                RetrainResult => TopicIsAway ? throw new StepFailedException(step, new("Azure.RequestFailedException", "401 Unauthorized")) : "event",
                string when step == WorkflowNames.ClearWork.Value => 0,
                RetrainInput => new LessonSnapshot(new([]), LessonMark.None, "v1"),
                CurateInput => new Curation(100, 0, 0, 0, 0, 0, 100, new Dictionary<string, int>(), null, 60, 20, 20, 10),
                TrainingOrder => step == WorkflowNames.RetrainStartTraining.Value ? true : Look(),
                GateInput => new GateReport(Accepts, ["the gate's reason"], 0, Figures, Figures, 1, new Dictionary<string, RecallPair>()),
                ConcludeInput => new ReleaseOutcome("report.md"),
                _ => true,
            };
        }

        private TrainingState Look()
        {
            if (_looked++ < looks)
            {
                return new(TrainingState.Running, Step, 0.5, "", _now);
            }

            _now += PauseAfterLoss;
            return new(Starts > lost ? TrainingState.Done : TrainingState.Lost, Step, 0, "", _now);
        }
    }
}
