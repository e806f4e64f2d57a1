using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Understudy.Api.Problems;

internal static class ProblemResult
{
    private const string TypePrefix = "urn:understudy:problem:";

    /// <summary>The problem document of an <see cref="ApiProblem"/>.</summary>
    /// <param name="failure">Of <see cref="RetryLater"/>.</param>
    public static IResult From(ApiProblem problem, Exception? failure = null)
    {
        var document = new ProblemDetails
        {
            Status = problem.Status,
            Type = TypePrefix + problem.Type,
            Title = problem.Title,
            Detail = problem.Message,
            Extensions = { ["remedy"] = problem.Remedy },
        };
        if (problem.Field is { } field)
        {
            document.Extensions["field"] = field;
        }

        if (problem.Limit is { } limit)
        {
            document.Extensions["limit"] = limit;
        }

        foreach (var (name, value) in problem.Extensions)
        {
            document.Extensions[name] = value;
        }

        var result = TypedResults.Problem(document);
        return problem.RetryAfter is { } after ? new RetryLater(result, after, failure) : result;
    }
}
