using Microsoft.AspNetCore.Http;
using Understudy.Api.Problems;
using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Quality;

namespace Understudy.Api.Quality;

/// <summary>Shows how good answers are.</summary>
public sealed class QualityHandlers(ReleaseCatalog catalog, QualityReader reader)
{
    /// <summary><c>GET /api/tasks/{task}/quality</c>.</summary>
    public Task<IResult> GetAsync(string task, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        catalog.Task(task);
        return TypedResults.Json(await reader.ReadAsync(task, cancellationToken), DurableJson.Options);
    });
}
