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
    /// <summary><c>POST /api/tasks/{task}/retrain</c>; the body may be <c>{ "from": "serving" | "scratch", "shadowSeconds": n }</c>, either of them left out. One that runs is found if it does what is asked for.</summary>
    public Task<IResult> StartAsync(HttpRequest request, string task, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        var asked = await ReadAsync(request, ["from", "shadowSeconds"], cancellationToken);
        bool? fromServing = asked.GetValueOrDefault("from")?.ToString() switch
        {
            null => null,
            "serving" => true,
            "scratch" => false,
            var other => throw ApiProblems.WrongValue("from", other, "'serving' to go on from the student that serves, or 'scratch'"),
        };
        return new AcceptedOperation(await starter.StartAsync(task, fromServing, cancellationToken, ShadowSeconds(asked.GetValueOrDefault("shadowSeconds"))));
    });

    /// <summary><c>POST /api/operations/{id}/approval</c> with <c>{ "approved": true }</c>.</summary>
    public Task<IResult> ApproveAsync(HttpRequest request, string id, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        var approved = (await ReadAsync(request, ["approved"], cancellationToken)).GetValueOrDefault("approved")?.ValueKind switch
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

    private static double? ShadowSeconds(JsonElement? sent) => sent switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.GetDouble() is >= 0 and <= RetrainingOptions.MostShadowSeconds and var seconds => seconds,
        { } other => throw ApiProblems.WrongValue("shadowSeconds", other.ToString(), FormattableString.Invariant($"a number of seconds from 0 to {RetrainingOptions.MostShadowSeconds}")),
    };

    /// <summary>The fields of a body, which may be left out.</summary>
    private async Task<Dictionary<string, JsonElement?>> ReadAsync(HttpRequest request, string[] fields, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, JsonElement?>();
        if (request.ContentLength is 0 || (request.ContentLength is null && request.ContentType is null))
        {
            return values;
        }

        var known = string.Join(", ", fields);
        var body = await JsonBody.ReadAsync(request, limits.Value.BodyBytes, $"'{string.Join("' or '", fields)}'", "Send only that.", cancellationToken);
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw ApiProblems.WrongType("body", "an object", RequestFields.Kind(body));
        }

        foreach (var property in body.EnumerateObject())
        {
            values[property.Name] = fields.Contains(property.Name) ? property.Value : throw ApiProblems.UnknownField(property.Name, known);
        }

        return values;
    }
}
