using System.Text.Encodings.Web;
using System.Text.Json;

namespace Understudy.Inference.Grammars;

/// <summary>Answers that are JSON.</summary>
public static class JsonAnswer
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same value without white space between its parts, as a <see cref="TokenGrammar"/> has it written; null for a text that is no JSON, or has half of a surrogate pair in it.</summary>
    public static string? Compact(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return JsonSerializer.Serialize(document.RootElement, Relaxed);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether two texts are the same JSON value; the order of an object's names does not count.</summary>
    public static bool Same(string one, string other)
    {
        try
        {
            using var first = JsonDocument.Parse(one);
            using var second = JsonDocument.Parse(other);
            return JsonElement.DeepEquals(first.RootElement, second.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }
}
