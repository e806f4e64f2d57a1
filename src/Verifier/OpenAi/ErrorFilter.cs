using System.Globalization;
using Understudy.Inference.OpenAi;
using Understudy.Verifier.Problems;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.OpenAi;

/// <summary>Turns what goes wrong into OpenAI's error object; in a stream that has begun, into its last event.</summary>
internal sealed partial class ErrorFilter(Drain drain, VerifierTelemetry telemetry, ILogger<ErrorFilter> log) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty; // nobody is there to be answered
        }
        catch (Exception error)
        {
            var problem = Problem.Of(error is OperationCanceledException && drain.Expired.IsCancellationRequested
                ? new NotReadyException("The service stopped before the answer was complete. Send the request again.")
                : error);
            if (problem.IsOurs)
            {
                Failed(error, http.Request.Path);
            }

            telemetry.Refused(problem.Code ?? "error");
            var body = new ErrorBody(new(problem.Message, problem.Type, problem.Param, problem.Code));
            if (http.Response.HasStarted)
            {
                await new EventStream(http.Response).WriteAsync(body);
                return Results.Empty;
            }

            if (problem.RetryAfter is { } wait)
            {
                http.Response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            }

            return TypedResults.Json(body, OpenAiJson.Options, statusCode: problem.Status);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} failed.")]
    private partial void Failed(Exception error, string path);
}
