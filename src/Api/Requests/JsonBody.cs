using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Understudy.Api.Problems;

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

        if (!Utf8.IsValid(body.Bytes.Span))
        {
            throw ApiProblems.NotUtf8("body");
        }

        try
        {
            using var document = JsonDocument.Parse(body.Bytes);
            RequireWholeCharacters(body.Bytes.Span);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw ApiProblems.NotJson(Position(body.Bytes.Span));
        }
    }

    /// <summary>Checks that no text and no name of JSON escapes one half of a surrogate pair without the other, which nobody could read.</summary>
    /// <exception cref="ApiProblem">One does.</exception>
    public static void RequireWholeCharacters(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.String or JsonTokenType.PropertyName, ValueIsEscaped: true })
            {
                try
                {
                    reader.GetString();
                }
                catch (InvalidOperationException)
                {
                    throw ApiProblems.HalfCharacter("body", reader.TokenStartIndex);
                }
            }
        }
    }

    /// <summary>How many bytes can be read before the mistake.</summary>
    private static long Position(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
        }

        return reader.BytesConsumed;
    }
}
