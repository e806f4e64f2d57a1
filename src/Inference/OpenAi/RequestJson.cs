using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Understudy.Inference.OpenAi;

/// <summary>Reads the body of a request as one JSON value. Hosts read theirs with it, so that they refuse the same ones; the Api's <c>infer</c>, which is asked most, reads its few fields by itself.</summary>
public static class RequestJson
{
    /// <summary>Reads a body that a host has not looked at yet; how long it may be is the host's to see to.</summary>
    /// <param name="contentType">What the request says of it.</param>
    /// <param name="contentEncoding">What the request says it was packed with; empty or null for nothing.</param>
    /// <exception cref="RequestInvalidException">It is of another type, packed, or no JSON that can be read.</exception>
    public static async Task<JsonElement> ReadAsync(Stream body, string? contentType, string? contentEncoding, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || !"application/json".Equals(type.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            throw new RequestInvalidException(
                $"{(string.IsNullOrEmpty(contentType) ? "The request has no Content-Type." : $"The Content-Type '{contentType}' is not supported.")} Send Content-Type: application/json.", "Content-Type", RequestInvalidException.MediaType);
        }

        if (!string.IsNullOrEmpty(contentEncoding) && !contentEncoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new RequestInvalidException($"The Content-Encoding '{contentEncoding}' is not supported. Send the body as it is.", "Content-Encoding", RequestInvalidException.MediaType);
        }

        using var read = new MemoryStream();
        await body.CopyToAsync(read, cancellationToken).ConfigureAwait(false);
        return Parse(read.GetBuffer().AsMemory(0, (int)read.Length));
    }

    /// <summary>A body's value, in which every name and text is of whole characters and no object has a name twice.</summary>
    /// <exception cref="RequestInvalidException">It is no such JSON.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        body = body[^Text(body.Span).Length..];
        var reader = new Utf8JsonReader(body.Span);
        try
        {
            Check(ref reader);
        }
        catch (JsonException)
        {
            throw new RequestInvalidException($"The body is not valid JSON at byte {reader.BytesConsumed}. Check quotes, commas and escapes near that byte.", null, RequestInvalidException.NotJson);
        }

        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }

    /// <summary>A body without the byte order mark that some put before it.</summary>
    /// <exception cref="RequestInvalidException">It is not UTF-8.</exception>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> body) =>
        !Utf8.IsValid(body) ? throw new RequestInvalidException("The body holds bytes that are not valid UTF-8. Encode it as UTF-8.", null, RequestInvalidException.NotUtf8)
        : body.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..]
        : body;

    private static void Check(ref Utf8JsonReader reader)
    {
        var objects = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    objects.Push([]);
                    break;
                case JsonTokenType.EndObject:
                    objects.Pop();
                    break;
                case JsonTokenType.PropertyName when Whole(ref reader) is var name && !objects.Peek().Add(name):
                    throw new RequestInvalidException($"'{name}' stands twice in one object, at byte {reader.TokenStartIndex} again. Send it once.", name, RequestInvalidException.Twice);
                case JsonTokenType.String when reader.ValueIsEscaped:
                    Whole(ref reader);
                    break;
            }
        }
    }

    /// <summary>At which byte the first name or text begins that escapes half of a character; null where none does as far as the JSON is valid.</summary>
    internal static long? FindHalf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && WholeOrNull(ref reader) is null)
                {
                    return reader.TokenStartIndex;
                }
            }
        }
        catch (JsonException)
        {
            // What is wrong there is another matter.
        }

        return null;
    }

    private static string Whole(ref Utf8JsonReader reader) => WholeOrNull(ref reader)
        ?? throw new RequestInvalidException($"The text at byte {reader.TokenStartIndex} of the body escapes one half of a surrogate pair without the other. Write both, or the character itself.", null, RequestInvalidException.NotUtf8);

    private static string? WholeOrNull(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
