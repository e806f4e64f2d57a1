using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Understudy.Api.Operations;
using Understudy.Api.Problems;
using Understudy.Api.Requests;
using Understudy.Inference.OpenAi;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Limits;
using Understudy.Workflows.Retraining;

namespace Understudy.Api.Retraining;

/// <summary>Starts retrainings by hand, and takes a person's word on a release that waits for it.</summary>
public sealed class RetrainHandlers(RetrainStarter starter, IWorkflowClient workflows, IOptions<UnderstudyLimits> limits)
{
    /// <summary><c>POST /api/tasks/{task}/retrain</c>; the body may be <c>{ "from": "serving" | "scratch" }</c>.</summary>
    public Task<IResult> StartAsync(HttpRequest request, string task, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        var from = await ReadAsync(request, "from", cancellationToken);
        var scratch = from?.ToString() switch
        {
            null or "serving" => false,
            "scratch" => true,
            var other => throw ApiProblems.WrongValue("from", other, "'serving' to go on from the student that serves, or 'scratch'"),
        };
        return new AcceptedOperation(await starter.StartAsync(task, !scratch, cancellationToken));
    });

    /// <summary><c>POST /api/operations/{id}/approval</c> with <c>{ "approved": true }</c>.</summary>
    public Task<IResult> ApproveAsync(HttpRequest request, string id, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        var approved = (await ReadAsync(request, "approved", cancellationToken))?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw ApiProblems.BodyEmpty("'approved': true or false"),
        };
        var state = await workflows.GetAsync(id, cancellationToken) ?? throw ApiProblems.UnknownOperation(id);
        if (state.IsFinished || state.ReadStatus<RetrainProgress>()?.Stage != "approval")
        {
            throw ApiProblems.NothingToApprove(id, OperationView.Describe(state.Status));
        }

        await starter.ApproveAsync(id, approved, cancellationToken);
        return new AcceptedOperation(id);
    });

    /// <summary>The only field of a body that may be left out.</summary>
    private async Task<JsonElement?> ReadAsync(HttpRequest request, string field, CancellationToken cancellationToken)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && request.ContentType is null))
        {
            return null;
        }

        var body = await JsonBody.ReadAsync(request, limits.Value.BodyBytes, $"'{field}'", "Send only that.", cancellationToken);
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw ApiProblems.WrongType("body", "an object", RequestFields.Kind(body));
        }

        JsonElement? value = null;
        foreach (var property in body.EnumerateObject())
        {
            value = property.Name == field ? property.Value : throw ApiProblems.UnknownField(property.Name, field);
        }

        return value;
    }
}
