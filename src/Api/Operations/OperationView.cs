using System.Text.Json;
using Understudy.Api.Infer;
using Understudy.Workflows;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Requests;

namespace Understudy.Api.Operations;

/// <summary>Turns an instance of the engine into what callers see.</summary>
internal static class OperationView
{
    public static async Task<Operation> OfAsync(WorkflowState state, ClaimCheck claims, CancellationToken cancellationToken) => new(
        state.InstanceId,
        state.Name,
        Describe(state.Status),
        state.CreatedAt,
        state.LastUpdatedAt,
        state.CustomStatus,
        await ResultAsync(state, claims, cancellationToken),
        state.Failure is { } failure ? new OperationError(failure.ErrorType[(failure.ErrorType.LastIndexOf('.') + 1)..], failure.Message) : null);

    public static string Describe(WorkflowStatus status) => status switch
    {
        WorkflowStatus.Pending => "pending",
        WorkflowStatus.Running => "running",
        WorkflowStatus.Completed => "succeeded",
        WorkflowStatus.Failed => "failed",
        _ => "cancelled",
    };

    private static async Task<JsonElement?> ResultAsync(WorkflowState state, ClaimCheck claims, CancellationToken cancellationToken)
    {
        if (state.Name != WorkflowNames.Infer.Value || state.ReadOutput<InferResult>() is not { } result)
        {
            return state.Output;
        }

        // An answer looks the same here as when it is waited for.
        var answers = await claims.RedeemAsync(result.Answers, cancellationToken);
        return result.Single
            ? JsonSerializer.SerializeToElement(answers[0], ApiJson.Default.Answer)
            : JsonSerializer.SerializeToElement(new InferResponse(answers), ApiJson.Default.InferResponse);
    }
}
