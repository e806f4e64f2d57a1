using Microsoft.AspNetCore.Http;
using Understudy.Api.Problems;
using Understudy.Inference.Budgets;
using Understudy.Inference.Leads;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Api.OpenAi;

/// <summary>Runs a handler of a route under <c>/v1</c> and turns what a caller can put right into OpenAI's error object; everything else is thrown on.</summary>
internal static class OpenAiGuard
{
    private const string Invalid = "invalid_request_error";

    public static async Task<IResult> RunAsync(Func<Task<IResult>> handler)
    {
        try
        {
            return await handler();
        }
        catch (Exception exception) when (Error(exception) is { } error)
        {
            IResult result = TypedResults.Json(error.Body, OpenAiJson.Options, statusCode: error.Status);
            return error.RetryAfter is { } after ? new RetryLater(result, after, ProblemGuard.IsStorageAway(exception) ? exception : null) : result;
        }
    }

    /// <summary>What an exception means to a caller; null for what is not the caller's to know. The message says what to do as well.</summary>
    public static (int Status, ErrorBody Body, TimeSpan? RetryAfter)? Error(Exception exception) => exception switch
    {
        RequestInvalidException invalid => Of(StatusCodes.Status400BadRequest, exception.Message, invalid.Field, invalid.Code),
        TaskNotFoundException => Of(StatusCodes.Status404NotFound, $"{exception.Message} Choose one from GET /v1/models.", "model", "model_not_found"),
        ReleaseNotFoundException => Of(StatusCodes.Status404NotFound, $"{exception.Message} Promote a release of the task, or name one that it has: task@version.", "model", "model_not_found"),
        LeadAwayException { IsRefusal: false } away => Of(StatusCodes.Status503ServiceUnavailable, $"{exception.Message} Send the request again later.", null, "lead_away", away.RetryAfter),
        BudgetSpentException spent => Of(StatusCodes.Status429TooManyRequests, $"{exception.Message} Send the request again after that, or raise budget.perDay.", "budget.perDay", "budget_spent", spent.RetryAfter),
        _ => ProblemGuard.Problem(exception) is { } problem
            ? Of(problem.Status, $"{problem.Message} {problem.Remedy}", problem.Field, problem.Type.Replace('-', '_'), problem.RetryAfter)
            : null,
    };

    private static (int, ErrorBody, TimeSpan?) Of(int status, string message, string? field, string code, TimeSpan? retryAfter = null) =>
        (status, new(new(message, Type(status), field, code)), retryAfter);

    private static string Type(int status) => status switch
    {
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        >= StatusCodes.Status500InternalServerError => "server_error",
        _ => Invalid,
    };
}
