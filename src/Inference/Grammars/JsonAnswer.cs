using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Understudy.Inference.Grammars;

/// <summary>Answers that are JSON.</summary>
public static class JsonAnswer
{
    private const int EscapeLength = 6;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same value without white space between its parts, as a <see cref="TokenGrammar"/> has it written; null for a text that is no JSON, or has half of a surrogate pair in it.</summary>
    public static string? Compact(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Write(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// A value with as few escapes as JSON allows: a serializer escapes characters that take two halves, spaces other than the usual one and more, whatever it is told.
    /// </summary>
    internal static string Write<T>(T value)
    {
        var json = JsonSerializer.Serialize(value, Relaxed);
        if (!json.Contains(@"\u", StringComparison.Ordinal))
        {
            return json;
        }

        var plain = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] != '\\')
            {
                plain.Append(json[i]);
            }
            else if (Escaped(json, i) is { } whole && whole >= ' ' && whole is not ('"' or '\\') && !char.IsSurrogate(whole))
            {
                plain.Append(whole);
                i += EscapeLength - 1;
            }
            else if (Escaped(json, i) is { } high && char.IsHighSurrogate(high) && Escaped(json, i + EscapeLength) is { } low && char.IsLowSurrogate(low))
            {
                plain.Append(high).Append(low);
                i += (2 * EscapeLength) - 1;
            }
            else
            {
                plain.Append(json[i]).Append(json[++i]);
            }
        }

        return plain.ToString();
    }

    /// <summary>The character of a six-character escape that begins there; null for anything else.</summary>
    private static char? Escaped(string json, int at) =>
        at + EscapeLength <= json.Length && json[at] == '\\' && json[at + 1] == 'u' && ushort.TryParse(json.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) ? (char)code : null;

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
