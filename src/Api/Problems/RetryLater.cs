using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Understudy.Api.Problems;

/// <summary>A result that says when to come again.</summary>
/// <param name="failure">What is behind it and has to be looked at here, where callers are told no more than that: it is logged. Null for nothing.</param>
internal sealed partial class RetryLater(IResult result, TimeSpan after, Exception? failure = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (failure is not null)
        {
            LogFailure(httpContext.RequestServices.GetRequiredService<ILogger<RetryLater>>(), httpContext.Request.Path, failure);
        }

        httpContext.Response.Headers.RetryAfter = Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return result.ExecuteAsync(httpContext);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The storage could not be reached for a request to {Path}; its caller was told to come again.")]
    private static partial void LogFailure(ILogger logger, string path, Exception failure);
}
