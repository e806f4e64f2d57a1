using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Understudy.Api.Problems;
using Understudy.Api.Requests;
using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Limits;
using Understudy.Workflows.Releases;
using Understudy.Workflows.Retention;
using Understudy.Workflows.Rollouts;

namespace Understudy.Api.Releases;

/// <summary>Lists releases, moves the <c>stable</c> channel, and removes old ones.</summary>
public sealed class ReleaseHandlers(
    ReleaseCatalog catalog, ReleaseAnnouncer announcer, ReleaseRetention retention, SiteReports sites, RolloutStarter rollouts, IOptions<UnderstudyLimits> limits)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

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

    /// <summary><c>POST /api/tasks/{task}/rollback</c>: here at once, and by a rollout at the edge sites that serve what is taken back.</summary>
    public Task<IResult> RollbackAsync(string task, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        catalog.Task(task);
        var takenBack = catalog.Channel(task, "stable");
        try
        {
            await catalog.RollbackAsync(task, cancellationToken);
        }
        catch (ReleaseInvalidException exception)
        {
            throw ApiProblems.InvalidRelease(catalog.Channel(task, "previous") ?? "previous", exception.Problems);
        }

        await announcer.AnnounceAsync(task, cancellationToken);
        var (rollout, problem) = await BringBackAsync(task, takenBack, cancellationToken);
        return View(task, rollout, problem);
    });

    /// <summary><c>POST /api/tasks/{task}/releases/prune</c> with <c>{ "keep": n, "dryRun": true }</c>, either of them left out.</summary>
    public Task<IResult> PruneAsync(HttpRequest request, string task, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        var body = await JsonBody.ReadAsync(request, limits.Value.BodyBytes, "what is to stay, or {}", "Send only that.", cancellationToken);
        var asked = PruneRequestReader.Read(body);
        return TypedResults.Json(await retention.PruneAsync(task, asked.Keep, asked.DryRun, cancellationToken), DurableJson.Options);
    });

    /// <summary>Whatever happens here is no failure: the release is taken back by now, and whoever asks once more moves it forth again.</summary>
    private async Task<(string? Rollout, string? Problem)> BringBackAsync(string task, string? takenBack, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await sites.AnyAsync(task, patience.Token)
                ? (await rollouts.StartAsync(task, version: null, settings => settings with { Serving = takenBack }, key: null, patience.Token), null)
                : (null, null);
        }
        catch (Exception error)
        {
            return (null, $"Whether edge sites serve what was taken back is not known, and none was told: {error.Message} Roll out what serves now (POST /api/tasks/{task}/rollouts).");
        }
    }

    private IResult View(string task, string? rollout = null, string? problem = null)
    {
        catalog.Task(task);
        return TypedResults.Json(
            new ReleaseList(
                task, catalog.Channel(task, "stable"), catalog.Channel(task, "previous"), catalog.Channel(task, "candidate"), catalog.List(task), rollout, problem),
            DurableJson.Options);
    }
}
