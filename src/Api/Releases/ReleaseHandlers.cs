using Microsoft.AspNetCore.Http;
using Understudy.Api.Problems;
using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Releases;

namespace Understudy.Api.Releases;

/// <summary>Lists releases and moves the <c>stable</c> channel.</summary>
public sealed class ReleaseHandlers(ReleaseCatalog catalog, ReleaseAnnouncer announcer)
{
    /// <summary><c>GET /api/tasks/{task}/releases</c>.</summary>
    public Task<IResult> ListAsync(string task) => ProblemGuard.RunAsync(() => Task.FromResult(View(task)));

    /// <summary><c>POST /api/tasks/{task}/releases/{version}/promote</c>.</summary>
    public Task<IResult> PromoteAsync(string task, string version, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        catalog.Task(task);
        try
        {
            await catalog.PromoteAsync(task, version, cancellationToken);
        }
        catch (ReleaseInvalidException exception)
        {
            throw ApiProblems.InvalidRelease(version, exception.Problems);
        }

        await announcer.AnnounceAsync(task, cancellationToken);
        return View(task);
    });

    /// <summary><c>POST /api/tasks/{task}/rollback</c>.</summary>
    public Task<IResult> RollbackAsync(string task, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        catalog.Task(task);
        try
        {
            await catalog.RollbackAsync(task, cancellationToken);
        }
        catch (ReleaseInvalidException exception)
        {
            throw ApiProblems.InvalidRelease(catalog.Channel(task, "previous") ?? "previous", exception.Problems);
        }

        await announcer.AnnounceAsync(task, cancellationToken);
        return View(task);
    });

    private IResult View(string task)
    {
        catalog.Task(task);
        return TypedResults.Json(
            new ReleaseList(
                task, catalog.Channel(task, "stable"), catalog.Channel(task, "previous"), catalog.Channel(task, "candidate"), catalog.List(task)),
            DurableJson.Options);
    }
}
