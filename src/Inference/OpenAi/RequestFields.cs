using System.Globalization;
using System.Text.Json;

namespace Understudy.Inference.OpenAi;

/// <summary>Reads the fields of a request. A field that is null counts as absent, and one that nobody asks for is let be.</summary>
/// <param name="path">Stands before a field's name in messages.</param>
public readonly struct RequestFields(JsonElement element, string path = "")
{
    /// <summary>The request's body.</summary>
    /// <exception cref="RequestInvalidException">It is no object.</exception>
    public static RequestFields Body(JsonElement body) => body.ValueKind == JsonValueKind.Object
        ? new(body)
        : throw new RequestInvalidException($"The body is {Kind(body)}; it must be a JSON object.", null, RequestInvalidException.InvalidType);

    public JsonElement? Optional(string name) => element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    public JsonElement Required(string name, string what) => Optional(name)
        ?? throw new RequestInvalidException($"'{path}{name}' is missing; it must be {what}.", path + name, RequestInvalidException.Missing);

    public string RequiredText(string name)
    {
        var value = Required(name, "a string");
        return value.ValueKind == JsonValueKind.String && Text(value) is { Length: > 0 } text ? text : throw Wrong(name, value, "a string that is not empty");
    }

    public bool Flag(string name) => Optional(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        { } value => throw Wrong(name, value, "true or false"),
    };

    public int? Whole(string name, int least, int most) => Optional(name) is not { } value ? null
        : value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var number) || number != decimal.Truncate(number) ? throw Wrong(name, value, "a whole number")
        : number >= least && number <= most ? (int)number
        : throw new RequestInvalidException($"'{path}{name}' is {value.GetRawText()}; it must be from {least} to {most}.", path + name);

    public double? Number(string name, double least, double most) => Optional(name) is not { } value ? null
        : value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) ? throw Wrong(name, value, "a number")
        : number >= least && number <= most ? number
        : throw new RequestInvalidException(string.Create(CultureInfo.InvariantCulture, $"'{path}{name}' is {value.GetRawText()}; it must be from {least} to {most}."), path + name);

    /// <summary>An object in a field.</summary>
    public RequestFields? Object(string name) => Optional(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new(value, $"{path}{name}.")
        : throw Wrong(name, value, "an object");

    /// <summary>A string, or an array of some.</summary>
    public IReadOnlyList<string> Texts(string name, int most)
    {
        if (Optional(name) is not { } value)
        {
            return [];
        }

        var items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value };
        if (items.Length > most)
        {
            throw new RequestInvalidException($"'{path}{name}' has {items.Length} texts; at most {most} are taken.", path + name);
        }

        foreach (var item in items)
        {
            if (item.ValueKind != JsonValueKind.String || Text(item).Length == 0)
            {
                throw Wrong(name, item, "a string that is not empty, or an array of such strings");
            }
        }

        return [.. items.Select(Text)];
    }

    public RequestInvalidException Wrong(string name, JsonElement value, string expected) =>
        new($"'{path}{name}' is {Kind(value)}; it must be {expected}.", path + name, RequestInvalidException.InvalidType);

    /// <summary>A string's text.</summary>
    /// <exception cref="RequestInvalidException">It escapes half of a character.</exception>
    public static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new RequestInvalidException($"The text {value.GetRawText()} escapes one half of a surrogate pair without the other. Write both, or the character itself.");
        }
    }

    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => value.GetRawText() == "\"\"" ? "an empty string" : "a string",
        JsonValueKind.Number => $"the number {value.GetRawText()}",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
