using System.Text.Json;

namespace Understudy.Api.Operations;

/// <summary>A durable run as a caller sees it.</summary>
/// <param name="Kind">The workflow: <c>infer</c>, <c>batch</c>, …</param>
/// <param name="Status"><c>pending</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Progress">What the workflow last said of itself.</param>
/// <param name="Result">The result, once succeeded.</param>
/// <param name="Error">What went wrong, once failed; the reason, once cancelled.</param>
public sealed record Operation(
    string Id,
    string Kind,
    string Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    JsonElement? Progress,
    JsonElement? Result,
    OperationError? Error);
