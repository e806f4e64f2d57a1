using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Understudy.Api.Operations;
using Understudy.Api.Problems;
using Understudy.Api.Quotas;
using Understudy.Api.Requests;
using Understudy.Inference.Pipelines;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Limits;
using Understudy.Workflows.Requests;

namespace Understudy.Api.Infer;

/// <summary>
/// Answers inputs. Without an idempotency key and without <c>Prefer: respond-async</c> it runs in process and leaves no trace; with
/// either it is a durable run, which the caller waits for or is told where to find.
/// </summary>
public sealed class InferHandlers(
    JointInference inference, InferStarter starter, IWorkflowClient workflows, ClaimCheck claims, TaskQuota quota, IOptions<UnderstudyLimits> limits)
{
    private readonly UnderstudyLimits _limits = limits.Value;

    /// <summary><c>POST /api/tasks/{task}/infer</c>: 200 with the answers, or 202 where they are not to be waited for, or not for <see cref="UnderstudyLimits.WaitSeconds"/>.</summary>
    public Task<IResult> InferAsync(HttpRequest request, string task, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        RequestHeaders.RequireContentType(request, "application/json");
        var key = RequestHeaders.IdempotencyKey(request);
        var later = RequestHeaders.PrefersAsync(request);
        var (store, verify) = (RequestHeaders.MayBeStored(request), RequestHeaders.MustBeVerified(request));
        var asked = await ReadAsync(request, cancellationToken);
        quota.Take(task);
        try
        {
            if (key is null && !later)
            {
                var answers = await inference.InferAsync(task, asked.Inputs, cancellationToken, store: store, verify: verify);
                return Answered(answers, asked.Single);
            }

            var id = await starter.StartAsync(task, asked.Inputs, asked.Single, key, cancellationToken, store, verify);
            return !later ? await WaitAsync(id, cancellationToken)
                : new AcceptedOperation(id, preferenceApplied: true, key is null ? WorkflowStatus.Pending : (await workflows.GetAsync(id, cancellationToken))?.Status ?? WorkflowStatus.Pending);
        }
        catch (InputTooLongException error)
        {
            throw ApiProblems.InputTooLong(asked.Single ? "input" : $"inputs[{error.Index}]", error.Message);
        }
    });

    private static IResult Answered(IReadOnlyList<Answer> answers, bool single) => single
        ? TypedResults.Json(answers[0], ApiJson.Default.Answer)
        : TypedResults.Json(new InferResponse(answers), ApiJson.Default.InferResponse);

    private async Task<InferRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(
            request, _limits.BodyBytes, "Send fewer or shorter inputs, or a batch as a blob.", cancellationToken);
        return InferRequestReader.Read(body.Bytes.Span, _limits);
    }

    private async Task<IResult> WaitAsync(string id, CancellationToken cancellationToken)
    {
        if (await workflows.WaitAsync(id, TimeSpan.FromSeconds(_limits.WaitSeconds), cancellationToken) is not { } state)
        {
            return new AcceptedOperation(id, status: WorkflowStatus.Running);
        }

        if (state.Status == WorkflowStatus.Terminated)
        {
            throw ApiProblems.Cancelled(id);
        }

        var result = state.ReadOutput<InferResult>() ?? throw ApiProblems.OperationFailed(id, state.Failure?.Message ?? "it left no answers.");
        return Answered(await claims.RedeemAsync(result.Answers, cancellationToken), result.Single);
    }
}
