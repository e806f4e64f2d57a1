using Azure;
using Microsoft.AspNetCore.Http;
using Understudy.Inference.Batching;
using Understudy.Inference.Budgets;
using Understudy.Inference.Leads;
using Understudy.Inference.Releases;
using Understudy.Inference.Releases.Sharing;
using Understudy.Inference.Signing;
using Understudy.Inference.Tasks;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Quarantine;
using Understudy.Workflows.Requests;
using Understudy.Workflows.Retention;
using Understudy.Workflows.Retraining;

namespace Understudy.Api.Problems;

/// <summary>Runs a handler and turns what a caller can put right into a problem document; everything else is thrown on.</summary>
internal static class ProblemGuard
{
    public static async Task<IResult> RunAsync(Func<Task<IResult>> handler)
    {
        try
        {
            return await handler();
        }
        catch (Exception exception) when (Problem(exception) is { } problem)
        {
            return ProblemResult.From(problem, IsStorageAway(exception) ? exception : null);
        }
    }

    /// <summary>What an exception means to a caller; null for what is not the caller's to know.</summary>
    public static ApiProblem? Problem(Exception exception) => exception switch
    {
        ApiProblem problem => problem,
        TaskNotFoundException => ApiProblems.UnknownTask(exception.Message),
        ReleaseNotFoundException => ApiProblems.UnknownRelease(exception.Message),
        ReleaseInvalidException invalid => ApiProblems.NothingServes(exception.Message, invalid.Problems),
        ChannelMovedException => ApiProblems.ChannelMoved(exception.Message),
        SigningException => ApiProblems.NoSigningKey(exception.Message),
        TaskInvalidException invalid => ApiProblems.NothingServes(exception.Message, invalid.Problems),
        ReleasesAwayException => ApiProblems.ReleasesAway(exception.Message),
        LeadAwayException { IsRefusal: true } => ApiProblems.LeadRefused(exception.Message),
        LeadAwayException away => ApiProblems.LeadAway(exception.Message, away.RetryAfter),
        BudgetSpentException spent => ApiProblems.BudgetSpent(spent),
        OverloadedException => ApiProblems.Overloaded(exception.Message),
        RetrainingUnavailableException => ApiProblems.RetrainingUnavailable(exception.Message),
        RetrainingRunsException => ApiProblems.RetrainingRuns(exception.Message),
        RetentionBlockedException => ApiProblems.RetentionBlocked(exception.Message),
        NotInQuarantineException => ApiProblems.NotInQuarantine(exception.Message),
        NotRedrivableException => ApiProblems.NotRedrivable(exception.Message),
        BatchBegunException => ApiProblems.BatchBegun(exception.Message),
        BlobNameTakenException => ApiProblems.BlobNameTaken(exception.Message),
        IdempotencyKeyReusedException => ApiProblems.IdempotencyKeyReused(exception.Message),
        ClaimGoneException => ApiProblems.ResultGone(exception.Message),
        WorkflowsAwayException => ApiProblems.WorkflowsAway(exception.Message),
        _ when IsStorageAway(exception) => ApiProblems.StorageAway(),
        _ => null,
    };

    /// <summary>Whether the storage could not be reached, or failed: after each of the client's attempts, one of which may have run out of time.</summary>
    public static bool IsStorageAway(Exception exception) => exception switch
    {
        RequestFailedException failed => failed.Status is 0 or >= StatusCodes.Status500InternalServerError,
        AggregateException { InnerExceptions.Count: > 0 } attempts => attempts.InnerExceptions.All(attempt => attempt is TaskCanceledException || IsStorageAway(attempt)),
        _ => false,
    };
}
