using System.Text.Json;
using Understudy.Inference.Leads;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Tests.Batches;

public sealed class BatchStepsTests
{
    private static readonly BatchInput Input = new("mail", "a", "\"1\"", "1.0.0", new(100, 100, 10, 1));

    private static readonly ShardAnswers Ten = new(new Dictionary<string, int> { ["student"] = 10 }, 0, 1, 2);

    [Fact]
    public async Task Run_StudentsAnsweredAll_AsksNobodyElse()
    {
        var context = new Context(new(10, 0, [], Answers: Ten));

        var summary = await new BatchWorkflow().RunAsync(context, Input);

        Assert.DoesNotContain(WorkflowNames.VerifyShard.Value, context.Steps);
        Assert.DoesNotContain(WorkflowNames.StackShard.Value, context.Steps);
        Assert.Equal([0], context.Merged!.Sure!);
        Assert.Empty(context.Merged.Answered);
        Assert.Equal(10, summary.AnsweredBy["student"]);
    }

    [Fact]
    public async Task Run_FirstStepIsOfAProgramOfBefore_LeavesTheAnswersToTheLastStep()
    {
        var context = new Context(new(10, 0, []));

        var summary = await new BatchWorkflow().RunAsync(context, Input);

        Assert.Contains(WorkflowNames.StackShard.Value, context.Steps);
        Assert.Equal([0], context.Merged!.Answered);
        Assert.Empty(context.Merged.Sure!);
        Assert.Equal(10, summary.AnsweredBy["student"]);
    }

    [Fact]
    public async Task Run_BegunByAProgramOfBefore_KeepsToItsSteps()
    {
        var context = new Context(new(10, 0, []), version: 2);

        await new BatchWorkflow().RunAsync(context, Input);

        Assert.All(context.Shards, shard => Assert.False(shard.AtOnce || shard.LeavesOpen));
        Assert.Contains(WorkflowNames.StackShard.Value, context.Steps);
        Assert.Null(context.Merged!.Sure);
    }

    [Fact]
    public async Task Run_InputOverwrittenBeforeTheMerge_IsRejectedAndClearsItsWork()
    {
        var context = new Context(new(10, 0, [], Answers: Ten)) { MergeProblem = "It was overwritten." };

        var rejection = await Assert.ThrowsAsync<BatchRejectedException>(() => new BatchWorkflow().RunAsync(context, Input));

        Assert.Equal("It was overwritten.", rejection.Message);
        Assert.Contains(WorkflowNames.ClearWork.Value, context.Steps);
        Assert.DoesNotContain(WorkflowNames.PublishBatchCompleted.Value, context.Steps);
    }

    [Theory]
    [InlineData(UnderstudyWorkflows.Version, true)]
    [InlineData(6, false)]
    public async Task Run_TheLeadIsAsked_LeavesOpenWhatNobodyAnswersFromVersionSevenOn(int version, bool leavesOpen)
    {
        var context = new Context(new(10, 4, []), version) { Verified = new(0, TimeSpan.Zero, Heard: 4) };

        await new BatchWorkflow().RunAsync(context, Input);

        Assert.Contains(context.Shards, shard => shard.LeavesOpen == leavesOpen);
        Assert.DoesNotContain(context.Shards, shard => shard.LeavesOpen && !leavesOpen);
    }

    [Fact]
    public async Task Run_TheLeadAnswersSome_GoesOnWithoutTheOthers()
    {
        var context = new Context(new(10, 4, [])) { Verified = new(1, TimeSpan.Zero, "Input '7': it answered with HTTP 500") };

        await new BatchWorkflow().RunAsync(context, Input);

        Assert.Equal(StepRetry.Policy.MaxAttempts, context.Steps.Count(step => step == WorkflowNames.VerifyShard.Value));
        Assert.Contains(WorkflowNames.StackShard.Value, context.Steps);
    }

    [Fact]
    public async Task Run_TheLeadAnswersNobody_FailsAndClearsItsWork()
    {
        var context = new Context(new(10, 10, [])) { Answered = new(new Dictionary<string, int>(), 0, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), Verified = new(10, TimeSpan.Zero, "Input '7': it answered with HTTP 500") };

        var failure = await Assert.ThrowsAsync<LeadAwayException>(() => new BatchWorkflow().RunAsync(context, Input));

        Assert.Equal("Input '7': it answered with HTTP 500", failure.Message);
        Assert.Contains(WorkflowNames.ClearWork.Value, context.Steps);
    }

    [Theory]
    [InlineData(UnderstudyWorkflows.Version, false)]
    [InlineData(7, true)]
    public async Task Run_TheLeadRefusesAllButOneThatFails_GoesOnFromVersionEightOn(int version, bool fails)
    {
        var context = new Context(new(30, 20, []), version)
        {
            Answered = new(new Dictionary<string, int> { ["student"] = 10 }, 0, 0, 0, [.. Enumerable.Range(1, 20).Select(line => (long)line)]),
            Verified = new(1, TimeSpan.Zero, "Input '7': it answered with HTTP 500"),
        };

        var failure = await Record.ExceptionAsync(() => new BatchWorkflow().RunAsync(context, Input));

        Assert.Equal(fails, failure is LeadAwayException);
        Assert.Equal(fails, context.Merged is null);
    }

    [Fact]
    public async Task Run_NobodyCanBeTold_EndsAllTheSame()
    {
        var context = new Context(new(10, 0, [], Answers: Ten)) { TopicIsAway = true };

        var summary = await new BatchWorkflow().RunAsync(context, Input);

        Assert.Equal("results/mail/a.jsonl", summary.Results);
        Assert.Contains(WorkflowNames.ClearWork.Value, context.Steps);
    }

    [Fact]
    public async Task Run_WorkCannotBeCleared_EndsAllTheSame()
    {
        var context = new Context(new(10, 0, [], Answers: Ten)) { WorkStays = true };

        var summary = await new BatchWorkflow().RunAsync(context, Input);

        Assert.Equal("results/mail/a.jsonl", summary.Results);
        Assert.Contains(WorkflowNames.ClearWork.Value, context.Steps);
    }

    [Fact]
    public async Task Run_WorkOfAFailedBatchCannotBeCleared_SaysWhyTheBatchFailed()
    {
        var context = new Context(new(10, 0, [], Answers: Ten)) { MergeProblem = "It was overwritten.", WorkStays = true };

        var rejection = await Assert.ThrowsAsync<BatchRejectedException>(() => new BatchWorkflow().RunAsync(context, Input));

        Assert.Equal("It was overwritten.", rejection.Message);
        Assert.Contains(WorkflowNames.ClearWork.Value, context.Steps);
    }

    [Fact]
    public async Task Run_CallerKeepsItOut_NothingMayBeKept()
    {
        var context = new Context(new(10, 0, []));

        await new BatchWorkflow().RunAsync(context, Input with { Store = false });

        Assert.NotEmpty(context.Shards);
        Assert.All(context.Shards, shard => Assert.False(shard.Store));
    }

    [Fact]
    public void BatchInput_WrittenByAProgramOfBefore_MayBeKept() => Assert.True(JsonSerializer.Deserialize<BatchInput>(
        """{"task":"mail","name":"a","eTag":"1","release":"1.0.0","settings":{}}""", DurableJson.Options)!.Store);

    /// <summary>One shard of ten records.</summary>
    private sealed class Context(ShardCascade cascade, int version = UnderstudyWorkflows.Version) : ScriptedContext
    {
        public string? MergeProblem { get; init; }

        public bool TopicIsAway { get; init; }

        public bool WorkStays { get; init; }

        /// <summary>What the last step answers.</summary>
        public ShardAnswers Answered { get; init; } = Ten;

        /// <summary>What each call of the step that asks the lead reports.</summary>
        public ShardVerified? Verified { get; init; }

        public override int Version => version;

        public List<ShardInput> Shards { get; } = [];

        public List<string> Steps { get; } = [];

        public MergeInput? Merged { get; private set; }

        protected override object Result(string step, object? input)
        {
            Steps.Add(step);
            if (input is ShardInput shard)
            {
                Shards.Add(shard);
            }

            switch (input)
            {
                case BatchInput:
                    return new BatchPlan(10, [new(0, 0, 100, 1, 10)], null);
                case ShardInput when step == WorkflowNames.CascadeShard.Value:
                    return cascade;
                case ShardInput when step == WorkflowNames.VerifyShard.Value:
                    return Verified!;
                case ShardInput:
                    return Answered;
                case MergeInput merge:
                    Merged = merge;
                    return new MergeOutput("results/mail/a.jsonl", null, MergeProblem);
                case BatchCompletedInput:
                    return TopicIsAway ? throw new StepFailedException(step, new("Azure.RequestFailedException", "401 Unauthorized")) : true;
                default:
                    return WorkStays ? throw new StepFailedException(step, new("Azure.RequestFailedException", "403 Forbidden")) : 0;
            }
        }
    }
}
