using Microsoft.AspNetCore.Http;
using Understudy.Inference.Leads;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Inference.Tasks;
using Understudy.Workflows.Requests;

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
        catch (ApiProblem problem)
        {
            return ProblemResult.From(problem);
        }
        catch (TaskNotFoundException exception)
        {
            return ProblemResult.From(ApiProblems.UnknownTask(exception.Message));
        }
        catch (ReleaseNotFoundException exception)
        {
            return ProblemResult.From(ApiProblems.UnknownRelease(exception.Message));
        }
        catch (ReleaseInvalidException exception)
        {
            return ProblemResult.From(ApiProblems.NothingServes(exception.Message, exception.Problems));
        }
        catch (ChannelMovedException exception)
        {
            return ProblemResult.From(ApiProblems.ChannelMoved(exception.Message));
        }
        catch (SigningException exception)
        {
            return ProblemResult.From(ApiProblems.NoSigningKey(exception.Message));
        }
        catch (TaskInvalidException exception)
        {
            return ProblemResult.From(ApiProblems.NothingServes(exception.Message, exception.Problems));
        }
        catch (LeadAwayException exception)
        {
            return ProblemResult.From(ApiProblems.LeadAway(exception.Message, exception.RetryAfter));
        }
        catch (IdempotencyKeyReusedException exception)
        {
            return ProblemResult.From(ApiProblems.IdempotencyKeyReused(exception.Message));
        }
    }
}
