using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Understudy.Api.Problems;
using Understudy.Inference.OpenAi;

namespace Understudy.Api.Requests;

/// <summary>A request's body as one JSON value.</summary>
internal static class JsonBody
{
    /// <param name="expected">What the body should hold, for the one who sent none.</param>
    /// <param name="remedy">What to do when the body is larger than <paramref name="limit"/> bytes.</param>
    /// <exception cref="ApiProblem">The body is too large, empty, or no JSON that can be read.</exception>
    public static async Task<JsonElement> ReadAsync(HttpRequest request, int limit, string expected, string remedy, CancellationToken cancellationToken)
    {
        RequestHeaders.RequireContentType(request, "application/json");
        using var body = await RequestBody.ReadAsync(request, limit, remedy, cancellationToken);
        if (body.Bytes.IsEmpty)
        {
            throw ApiProblems.BodyEmpty(expected);
        }

        return Parse(body.Bytes);
    }

    /// <exception cref="ApiProblem">The body is no JSON that can be read.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return RequestJson.Parse(body);
        }
        catch (RequestInvalidException error)
        {
            throw ApiProblems.InvalidBody(error);
        }
    }
}
