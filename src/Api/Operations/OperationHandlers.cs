using Microsoft.AspNetCore.Http;
using Understudy.Api.Problems;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Cancellation;
using Understudy.Workflows.Durable;

namespace Understudy.Api.Operations;

/// <summary>Looks at durable runs and cancels them.</summary>
public sealed class OperationHandlers(IWorkflowClient workflows, RunCancellation cancellation, ClaimCheck claims)
{
    private const int IdLimit = 128;

    /// <summary><c>GET /api/operations/{id}</c>.</summary>
    public Task<IResult> GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        var state = await FindAsync(id, cancellationToken);
        if (!state.IsFinished)
        {
            request.HttpContext.Response.Headers.RetryAfter = "1";
        }

        return await ViewAsync(state, cancellationToken);
    });

    /// <summary><c>DELETE /api/operations/{id}</c>: 202 where the engine takes longer than <see cref="Workflows.Limits.UnderstudyLimits.WaitSeconds"/>; sent again, it does what is left.</summary>
    public Task<IResult> CancelAsync(string id, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        var state = await FindAsync(id, cancellationToken);
        var isCancelled = state is { IsFinished: false } or { Status: WorkflowStatus.Terminated } && await cancellation.CancelAsync(state, cancellationToken);
        state = await FindAsync(id, cancellationToken);
        return !isCancelled ? throw ApiProblems.OperationFinished(id, OperationView.Describe(state.Status))
            : state.IsFinished ? await ViewAsync(state, cancellationToken)
            : new AcceptedOperation(id, status: state.Status);
    });

    private async Task<WorkflowState> FindAsync(string id, CancellationToken cancellationToken) =>
        id.Length > IdLimit ? throw ApiProblems.UnknownOperation(id[..IdLimit])
        : await workflows.GetAsync(id, cancellationToken) ?? throw ApiProblems.UnknownOperation(id);

    private async Task<IResult> ViewAsync(WorkflowState state, CancellationToken cancellationToken) =>
        TypedResults.Json(await OperationView.OfAsync(state, claims, cancellationToken), ApiJson.Default.Operation);
}
