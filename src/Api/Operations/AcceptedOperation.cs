using Microsoft.AspNetCore.Http;
using Understudy.Workflows.Durable;

namespace Understudy.Api.Operations;

/// <summary>202: the operation has begun, and where to ask for it. One that an idempotency key named before may have ended.</summary>
internal sealed class AcceptedOperation(string id, bool preferenceApplied = false, WorkflowStatus status = WorkflowStatus.Pending) : IResult
{
    private const string RetryAfterSeconds = "1";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status202Accepted;
        response.Headers.Location = $"/api/operations/{id}";
        response.Headers.RetryAfter = RetryAfterSeconds;
        if (preferenceApplied)
        {
            response.Headers["Preference-Applied"] = "respond-async";
        }

        return response.WriteAsJsonAsync(new AcceptedBody(id, OperationView.Describe(status)), ApiJson.Default.AcceptedBody, cancellationToken: httpContext.RequestAborted);
    }
}
