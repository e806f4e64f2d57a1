using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Understudy.Api.Problems;

/// <summary>A result that says when to come again.</summary>
internal sealed class RetryLater(IResult result, TimeSpan after) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.RetryAfter = Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return result.ExecuteAsync(httpContext);
    }
}
