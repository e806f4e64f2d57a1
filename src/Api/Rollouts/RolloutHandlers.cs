using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Understudy.Api.Operations;
using Understudy.Api.Problems;
using Understudy.Api.Requests;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Workflows.Limits;
using Understudy.Workflows.Rollouts;

namespace Understudy.Api.Rollouts;

/// <summary>Brings releases to edge sites, and shows what these say of themselves.</summary>
public sealed class RolloutHandlers(RolloutStarter starter, SiteReports reports, ReleaseCatalog catalog, IOptions<UnderstudyLimits> limits)
{
    /// <summary><c>POST /api/tasks/{task}/rollouts</c>.</summary>
    public Task<IResult> StartAsync(HttpRequest request, string task, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        var key = RequestHeaders.IdempotencyKey(request);
        var body = await JsonBody.ReadAsync(request, limits.Value.BodyBytes, "what the rollout is to do, or {}", "Name fewer sites.", cancellationToken);
        var asked = RolloutRequestReader.Read(body);
        catalog.Task(task);
        try
        {
            return new AcceptedOperation(await starter.StartAsync(task, asked.Version, settings => Changed(settings, asked), key, cancellationToken, Identity(asked)));
        }
        catch (ReleaseInvalidException exception)
        {
            throw ApiProblems.InvalidRelease(asked.Version ?? "stable", exception.Problems);
        }
    });

    /// <summary><c>GET /api/tasks/{task}/sites</c>.</summary>
    public Task<IResult> SitesAsync(string task, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        catalog.Task(task);
        List<SiteView> views = [];
        foreach (var site in await reports.SitesAsync(task, cancellationToken))
        {
            views.Add(new(site, await reports.StatusAsync(site, task, cancellationToken)));
        }

        return TypedResults.Json(new SiteList(task, views), SiteJson.Options);
    });

    /// <summary>What two requests have in common that are one: who leaves <c>withLead</c> out is noted as having said no to it.</summary>
    private static string Identity(RolloutRequest asked) => JsonSerializer.Serialize(asked with { WithLead = asked.WithLead ?? false });

    private static RolloutSettings Changed(RolloutSettings settings, RolloutRequest asked) => settings with
    {
        CanaryShare = asked.CanaryShare ?? settings.CanaryShare,
        PatienceMinutes = asked.PatienceMinutes ?? settings.PatienceMinutes,
        SoakMinutes = asked.SoakMinutes ?? settings.SoakMinutes,
        WithLead = asked.WithLead,
        Sites = asked.Sites,
    };
}
