using System.Globalization;
using Microsoft.AspNetCore.Http;
using Understudy.Api.Operations;
using Understudy.Api.Problems;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Quarantine;

namespace Understudy.Api.Quarantine;

/// <summary>Shows what was set aside, and puts it back.</summary>
public sealed class QuarantineHandlers(BlobQuarantine quarantine, BlobRedrive redrive)
{
    private const int DefaultLimit = 100, MaxLimit = 1000, IdLimit = 64;

    /// <summary><c>GET /api/quarantine?limit=100</c>.</summary>
    public Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
        TypedResults.Json(await quarantine.ListAsync(Limit(request), cancellationToken), DurableJson.Options));

    /// <summary><c>POST /api/quarantine/{id}/redrive</c>: the blob lies where it lay, and its run has begun.</summary>
    public Task<IResult> RedriveAsync(string id, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        if (id.Length > IdLimit || id.AsSpan().ContainsAnyExcept(Characters))
        {
            throw new NotInQuarantineException(id.Length > IdLimit ? id[..IdLimit] : id);
        }

        return new AcceptedOperation(await redrive.RedriveAsync(id, cancellationToken));
    });

    private static readonly System.Buffers.SearchValues<char> Characters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static int Limit(HttpRequest request)
    {
        var text = request.Query["limit"].ToString();
        return text.Length == 0 ? DefaultLimit
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit ? limit
            : throw ApiProblems.ListLimit(text, MaxLimit);
    }
}
