using System.Text.Json;
using Understudy.Workflows.Batches;

namespace Understudy.Cli.Demo;

/// <summary>The part of <c>GET /api/operations/{id}</c> that the demo reads.</summary>
internal sealed record OperationState(string Status, BatchProgress? Progress, JsonElement? Error)
{
    public bool IsUnderWay => Status is "pending" or "running";
}
