using Microsoft.Extensions.Logging;
using Understudy.Inference.Leads;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Leads;

namespace Understudy.Workflows.Batches;

/// <summary>
/// Answers a JSONL blob: cut into shards, a few of them in flight at once, each through coarse steps that leave blobs, and joined
/// in the order of the input.
/// </summary>
internal sealed partial class BatchWorkflow : Workflow<BatchInput, BatchSummary>
{
    /// <summary>From this version on a shard's first step answers what students are sure of.</summary>
    private const int AnswersAtOnce = 3;

    /// <summary>From this version on lines that the lead refuses are no sign that it is away.</summary>
    private const int RefusalsDoNotCount = 8;

    public override async Task<BatchSummary> RunAsync(WorkflowContext context, BatchInput input)
    {
        var startedAt = context.CurrentUtcDateTime;
        context.SetStatus(new BatchTally(0, startedAt).Progress("split", startedAt));
        var plan = await context.CallActivityAsync(WorkflowNames.SplitBatch, input, StepRetry.Policy);
        if (plan.Problem is { } problem)
        {
            throw new BatchRejectedException(problem);
        }

        var folder = context.InstanceId;
        var tally = new BatchTally(plan.Records, startedAt);
        context.SetStatus(tally.Progress("answer", context.CurrentUtcDateTime));
        MergeOutput merged;
        try
        {
            await AnswerAsync(context, input, plan, folder, tally);
            context.SetStatus(tally.Progress("merge", context.CurrentUtcDateTime));
            merged = await context.CallActivityAsync(
                WorkflowNames.MergeShards,
                new MergeInput(input, folder, tally.JudgedShards, tally.QuarantinedShards, context.Version >= AnswersAtOnce ? tally.AnsweredShards : null),
                StepRetry.Policy);
            if (merged.Problem is { } overwritten)
            {
                throw new BatchRejectedException(overwritten);
            }
        }
        catch (Exception)
        {
            await FinishedWork.ClearAsync(context);
            throw;
        }

        var summary = tally.Summary(input, merged, plan.Shards.Count, context.CurrentUtcDateTime);
        await Task.WhenAll(PublishAsync(context, summary), FinishedWork.ClearAsync(context));
        context.SetStatus(tally.Progress("done", context.CurrentUtcDateTime));
        return summary;
    }

    /// <summary>The results are there, whether or not anybody can be told.</summary>
    private static async Task PublishAsync(WorkflowContext context, BatchSummary summary)
    {
        try
        {
            await context.CallActivityAsync(WorkflowNames.PublishBatchCompleted, new BatchCompletedInput(context.InstanceId, summary), StepRetry.Policy);
        }
        catch (StepFailedException failed)
        {
            LogNotTold(context.Logger, summary.Results, failed.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The results are in {Results}, and the topic could not be told: {Reason}")]
    private static partial void LogNotTold(ILogger logger, string results, string reason);

    private static async Task AnswerAsync(WorkflowContext context, BatchInput input, BatchPlan plan, string folder, BatchTally tally)
    {
        var inFlight = new List<Task<ShardOutcome>>();
        var patience = new LeadPatience(context);
        var next = 0;
        while (next < plan.Shards.Count || inFlight.Count > 0)
        {
            while (next < plan.Shards.Count && inFlight.Count < input.Settings.ShardsInFlight)
            {
                inFlight.Add(AnswerAsync(context, patience, new ShardInput(input, plan.Shards[next++], folder, Store: plan.Store && input.Store, AtOnce: context.Version >= AnswersAtOnce)));
            }

            var finished = await Task.WhenAny(inFlight);
            inFlight.Remove(finished);
            try
            {
                tally.Add(await finished);
                if (tally.Silence(isLast: next == plan.Shards.Count && inFlight.Count == 0, refusalsCount: context.Version < RefusalsDoNotCount) is { } failure)
                {
                    throw new LeadAwayException(failure, TimeSpan.Zero);
                }
            }
            catch (Exception)
            {
                // The batch has failed; what its other shards still write is to be there before it is cleared away.
                await SettleAsync(inFlight);
                throw;
            }

            context.SetStatus(tally.Progress("answer", context.CurrentUtcDateTime));
        }
    }

    private static async Task SettleAsync(List<Task<ShardOutcome>> shards)
    {
        foreach (var shard in shards)
        {
            try
            {
                await shard;
            }
            catch (Exception)
            {
                // One failure is reported, the first.
            }
        }
    }

    private static async Task<ShardOutcome> AnswerAsync(WorkflowContext context, LeadPatience patience, ShardInput shard)
    {
        var cascade = await context.CallActivityAsync(WorkflowNames.CascadeShard, shard, StepRetry.Policy);
        if (cascade.Problem is { } problem)
        {
            throw new BatchRejectedException(problem);
        }

        // In runs of before, and where a program of before had the step, everything is left to the last one.
        if (cascade.Deferred == 0 && (cascade.Records == 0 || cascade.Answers is not null))
        {
            return new(shard.Shard, cascade, null);
        }

        var verified = cascade.Deferred == 0 ? null : await patience.VerifyAsync((mayWait, again) =>
            context.CallActivityAsync(WorkflowNames.VerifyShard, shard with { MayWait = mayWait, AfterVerify = again, LeavesOpen = patience.LeavesOpen }, StepRetry.Policy));
        var answers = await context.CallActivityAsync(
            WorkflowNames.StackShard, shard with { AfterVerify = cascade.Deferred > 0 }, StepRetry.Policy);
        return new(shard.Shard, cascade, answers, verified);
    }
}
