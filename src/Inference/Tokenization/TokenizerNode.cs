using System.Text.Json;

namespace Understudy.Inference.Tokenization;

/// <summary>An object within a tokenizer file that knows where it stands, so that every complaint can say so.</summary>
internal sealed class TokenizerNode
{
    private readonly JsonElement _element;
    private readonly string _path;

    public TokenizerNode(JsonElement element, string path)
    {
        (_element, _path) = (element, path);
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Invalid($"is {Name(element)} where an object is expected");
        }
    }

    public string Path => _path;

    public string Type => Text("type");

    public IEnumerable<JsonProperty> Properties => _element.EnumerateObject();

    public JsonElement? Find(string name) => _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public TokenizerNode? Optional(string name) => Find(name) is { } value ? new(value, Under(name)) : null;

    public TokenizerNode Required(string name) => Optional(name) ?? throw Invalid($"has no '{name}'");

    /// <summary>The objects of an array; none when it is absent.</summary>
    public IEnumerable<TokenizerNode> List(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Select((item, index) => new TokenizerNode(item, $"{Under(name)}[{index}]"))
            : throw Invalid($"has '{name}' as {Name(value)} where an array is expected");
    }

    public string Text(string name, string? otherwise = null) => Find(name) switch
    {
        { ValueKind: JsonValueKind.String } value => value.GetString()!,
        null => otherwise ?? throw Invalid($"has no '{name}'"),
        { } value => throw Invalid($"has '{name}' as {Name(value)} where a string is expected"),
    };

    public bool Flag(string name, bool otherwise) => Find(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        null => otherwise,
        { } value => throw Invalid($"has '{name}' as {Name(value)} where true or false is expected"),
    };

    public int Number(string name, int? otherwise = null) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) => number,
        null => otherwise ?? throw Invalid($"has no '{name}'"),
        { } value => throw Invalid($"has '{name}' as {Name(value)} where a whole number is expected"),
    };

    public TokenizerInvalidException Invalid(string problem) => new($"{_path} {problem}.");

    public TokenizerInvalidException UnknownType(string known) =>
        new($"{_path} has the type '{Type}', which is not known. Known are {known}. Export the tokenizer with one of them.");

    private string Under(string name) => _path == "tokenizer.json" ? name : $"{_path}.{name}";

    private static string Name(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
