using Microsoft.Extensions.Logging;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retention;
using Understudy.Workflows.Shadows;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// From lessons to a release: snapshot, curate, train, gate, a shadow and approval where asked for, sign and release. Every step's result is kept, so that
/// a run that is killed goes on after the last one finished. Whatever becomes of it, a report says so.
/// </summary>
internal sealed partial class RetrainWorkflow : Workflow<RetrainInput, RetrainResult>
{
    public const string ApprovalEvent = "approval";

    /// <summary>From this version on a run that fails stops its trainer, and one whose release serves ends well though its lessons could not be marked.</summary>
    private const int EndsInOrder = 7;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestShadowPause = TimeSpan.FromMinutes(5);

    public override async Task<RetrainResult> RunAsync(WorkflowContext context, RetrainInput input)
    {
        RetrainResult result;
        try
        {
            result = await RetrainAsync(context, input);
        }
        catch (Exception)
        {
            if (context.Version >= EndsInOrder)
            {
                await StopTrainingAsync(context);
            }

            await FinishedWork.ClearAsync(context);
            throw;
        }

        await Task.WhenAll(PublishAsync(context, result), FinishedWork.ClearAsync(context));
        if (result.Accepted && input.Settings.KeepReleases > 0)
        {
            await PruneAsync(context, input);
        }

        context.SetStatus(new RetrainProgress("done", 1));
        return result;
    }

    private static async Task<RetrainResult> RetrainAsync(WorkflowContext context, RetrainInput input)
    {
        var startedAt = context.CurrentUtcDateTime;
        context.SetStatus(new RetrainProgress("snapshot"));
        var snapshot = await context.CallActivityAsync(WorkflowNames.RetrainSnapshot, input, StepRetry.Policy);
        var order = new TrainingOrder(context.InstanceId, input.Task, input.Serving, input.FromServing);
        context.SetStatus(new RetrainProgress("curate"));
        var curation = await context.CallActivityAsync(WorkflowNames.RetrainCurate, new CurateInput(input, snapshot), StepRetry.Policy);
        var conclusion = await JudgeAsync(context, new ConcludeInput(order, input, snapshot.Version, startedAt, curation, null, false, []));

        context.SetStatus(new RetrainProgress("release"));
        var outcome = await context.CallActivityAsync(conclusion.Accepted ? WorkflowNames.RetrainRelease : WorkflowNames.RetrainReject, conclusion, StepRetry.Policy);
        if (outcome.Problem is { } problem)
        {
            conclusion = conclusion with { Accepted = false, Reasons = [problem] };
            outcome = await context.CallActivityAsync(WorkflowNames.RetrainReject, conclusion, StepRetry.Policy);
        }

        try
        {
            await context.CallActivityAsync(WorkflowNames.RetrainMark, new MarkLessonsInput(input.Task, snapshot.Mark), StepRetry.Policy);
        }
        catch (StepFailedException failed) when (context.Version >= EndsInOrder && conclusion.Accepted)
        {
            // The release is there, and serves. The next retraining takes the lessons once more.
            LogNotMarked(context.Logger, input.Task, failed.Message);
        }

        IReadOnlyList<string> reasons = outcome.Superseded is { } other
            ? [other == input.Serving
                ? $"It passed the gate and served, and was taken back: {other} serves again. Promote it by hand, or retrain."
                : $"It passed the gate beside {input.Serving}, and {other} was promoted meanwhile: it stands beside the others and does not serve. Promote it by hand, or retrain."]
            : conclusion.Reasons;
        return new(
            input.Task, conclusion.Accepted && outcome.Superseded is null, snapshot.Version, reasons, curation.Usable,
            conclusion.Gate?.Before.StudentAccuracy, conclusion.Gate?.After.StudentAccuracy, outcome.Report);
    }

    private static async Task<ConcludeInput> JudgeAsync(WorkflowContext context, ConcludeInput conclusion)
    {
        if (conclusion.Curation.Problem is { } problem)
        {
            return conclusion with { Reasons = [problem] };
        }

        if (await new WatchedTraining(context, conclusion.Order, conclusion.Run.Settings).RunAsync() is { } failure)
        {
            return conclusion with { Reasons = [failure] };
        }

        context.SetStatus(new RetrainProgress("gate"));
        var gate = await context.CallActivityAsync(
            WorkflowNames.RetrainGate, new GateInput(conclusion.Order, conclusion.Version, conclusion.CreatedAt, conclusion.Run.Settings), StepRetry.Policy);
        conclusion = conclusion with { Gate = gate, Accepted = gate.Accepted, Reasons = gate.Reasons };
        if (conclusion.Accepted && conclusion.Run.Settings.ShadowSeconds > 0)
        {
            conclusion = await ShadowAsync(context, conclusion);
        }

        return conclusion.Accepted && conclusion.Run.Settings.ApprovalHours > 0 ? await ApproveAsync(context, conclusion) : conclusion;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lessons of {Task} that were learned from could not be marked, and are learned from again: {Reason}")]
    private static partial void LogNotMarked(ILogger logger, string task, string reason);

    /// <summary>A trainer that is left to itself goes on for nothing, and writes into a folder that was cleared.</summary>
    private static async Task StopTrainingAsync(WorkflowContext context)
    {
        try
        {
            await context.CallActivityAsync(WorkflowNames.RetrainStopTraining, context.InstanceId, StepRetry.Policy);
        }
        catch (StepFailedException failed)
        {
            LogNotStopped(context.Logger, context.InstanceId, failed.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Run} has failed, and its training could not be stopped: {Reason}")]
    private static partial void LogNotStopped(ILogger logger, string run, string reason);

    /// <summary>A rejection stands in its report, whether or not anybody can be told. A release that serves is also sent to the edge sites by the step, which must not fail.</summary>
    private static async Task PublishAsync(WorkflowContext context, RetrainResult result)
    {
        try
        {
            await context.CallActivityAsync(WorkflowNames.RetrainPublish, result, StepRetry.Policy);
        }
        catch (StepFailedException failed) when (!result.Accepted)
        {
            LogNotTold(context.Logger, result.Task, result.Report, failed.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Why {Task} got no new release is in {Report}, and the topic could not be told: {Reason}")]
    private static partial void LogNotTold(ILogger logger, string task, string report, string reason);

    /// <summary>The new release serves, whatever becomes of the old ones.</summary>
    private static async Task PruneAsync(WorkflowContext context, RetrainInput input)
    {
        try
        {
            await context.CallActivityAsync(WorkflowNames.RetrainPrune, new PruneInput(input.Task, input.Settings.KeepReleases), StepRetry.Policy);
        }
        catch (StepFailedException failed)
        {
            LogNotPruned(context.Logger, input.Task, failed.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old releases of {Task} could not be removed: {Reason}")]
    private static partial void LogNotPruned(ILogger logger, string task, string reason);

    private static async Task<ConcludeInput> ShadowAsync(WorkflowContext context, ConcludeInput conclusion)
    {
        var (startedAt, settings) = (context.CurrentUtcDateTime, conclusion.Run.Settings);
        var order = new ShadowOrder(conclusion.Order, conclusion.Version, conclusion.CreatedAt, startedAt.AddSeconds(settings.ShadowSeconds), conclusion.Gate?.Fingerprint);
        context.SetStatus(new RetrainProgress("shadow", 0, "", order.Until));
        if (!await context.CallActivityAsync(WorkflowNames.BeginShadow, order, StepRetry.Policy))
        {
            return conclusion with { Accepted = false, Reasons = [new CandidateChangedException(conclusion.Order.FilesFolder).Message] };
        }

        for (var pause = FirstPause; context.CurrentUtcDateTime < order.Until; pause = pause.Longer(LongestShadowPause))
        {
            var next = context.CurrentUtcDateTime + pause;
            await context.CreateTimer(next < order.Until ? next : order.Until);
            if (next < order.Until)
            {
                var counts = await context.CallActivityAsync(WorkflowNames.LookAtShadow, order, StepRetry.Policy);
                context.SetStatus(new RetrainProgress("shadow", (context.CurrentUtcDateTime - startedAt) / (order.Until - startedAt), counts.ToString(), order.Until));
            }
        }

        var report = await context.CallActivityAsync(WorkflowNames.EndShadow, new EndShadowInput(order, settings), StepRetry.Policy);
        return conclusion with { Shadow = report, Accepted = report.Accepted, Reasons = report.Accepted ? [.. conclusion.Reasons, .. report.Reasons] : report.Reasons };
    }

    private static async Task<ConcludeInput> ApproveAsync(WorkflowContext context, ConcludeInput conclusion)
    {
        var hours = conclusion.Run.Settings.ApprovalHours;
        context.SetStatus(new RetrainProgress("approval", 0, string.Join(' ', conclusion.Reasons), context.CurrentUtcDateTime.AddHours(hours)));
        try
        {
            return await context.WaitForEventAsync<bool>(ApprovalEvent, TimeSpan.FromHours(hours))
                ? conclusion
                : conclusion with { Accepted = false, Reasons = ["It passed the gate, and a person declined it."] };
        }
        catch (TimeoutException)
        {
            return conclusion with { Accepted = false, Reasons = [FormattableString.Invariant($"It passed the gate, and nobody approved it within {hours} hours (Retraining:ApprovalHours).")] };
        }
    }
}
