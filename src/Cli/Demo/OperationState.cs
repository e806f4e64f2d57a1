using System.Text.Json;
using Understudy.Workflows.Batches;

namespace Understudy.Cli.Demo;

/// <summary>The part of a batch's <c>GET /api/operations/{id}</c> that is read here.</summary>
internal sealed record OperationState(string Status, BatchProgress? Progress, BatchSummary? Result, JsonElement? Error)
{
    public bool IsUnderWay => Status is "pending" or "running";
}
