using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Understudy.Api.Problems;

namespace Understudy.Api.Requests;

/// <summary>What the headers of a request ask for.</summary>
internal static class RequestHeaders
{
    private const int KeyLimit = 255;

    /// <summary>Checks the content type against the accepted ones, and that the body is not packed.</summary>
    public static void RequireContentType(HttpRequest request, params ReadOnlySpan<string> accepted)
    {
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw ApiProblems.ContentEncoding(encoding);
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw ApiProblems.ContentType(request.ContentType, accepted[0]);
        }

        foreach (var name in accepted)
        {
            if (type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return;
            }
        }

        throw ApiProblems.ContentType(request.ContentType, accepted[0]);
    }

    /// <summary>True for a body that is one JSON value rather than lines.</summary>
    public static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when the caller prefers a 202 and an operation to waiting (RFC 7240).</summary>
    public static bool PrefersAsync(HttpRequest request)
    {
        foreach (var value in request.Headers["Prefer"])
        {
            foreach (var preference in (value ?? "").Split(','))
            {
                if (preference.Split(';')[0].Trim().Equals("respond-async", StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>False when the caller asks that nothing of this request becomes a lesson: <c>X-Understudy-Store: false</c>.</summary>
    public static bool MayBeStored(HttpRequest request) => Flag(request, "X-Understudy-Store", otherwise: true, ApiProblems.StoreHeader);

    /// <summary>True when the caller asks that the lead says yes or no to every answer: <c>X-Understudy-Verify: true</c>.</summary>
    public static bool MustBeVerified(HttpRequest request) => Flag(request, "X-Understudy-Verify", otherwise: false, ApiProblems.VerifyHeader);

    /// <summary>The caller's key, or null; quotes around it are no part of it.</summary>
    public static string? IdempotencyKey(HttpRequest request)
    {
        var values = request.Headers["Idempotency-Key"];
        if (values.Count == 0)
        {
            return null;
        }

        var key = values.Count == 1 ? values[0]!.Trim() : "";
        if (key.Length >= 2 && key[0] == '"' && key[^1] == '"')
        {
            key = key[1..^1];
        }

        return key.Length is > 0 and <= KeyLimit && key.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            ? key
            : throw ApiProblems.IdempotencyKey(KeyLimit);
    }

    private static bool Flag(HttpRequest request, string header, bool otherwise, Func<string, ApiProblem> problem) =>
        request.Headers[header].ToString().Trim().ToLowerInvariant() switch
        {
            "" => otherwise,
            "true" => true,
            "false" => false,
            var other => throw problem(other),
        };
}
