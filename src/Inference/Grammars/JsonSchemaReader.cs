using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Understudy.Inference.Grammars;

/// <summary>
/// Makes a grammar of a JSON schema: <c>type</c> (object, array, string, number, integer, boolean, null, or several), <c>properties</c>,
/// <c>required</c>, <c>items</c>, <c>minItems</c>, <c>maxItems</c>, <c>minLength</c>, <c>maxLength</c>, <c>enum</c>, <c>const</c>, <c>anyOf</c>; and for strings
/// the <c>format</c> <c>extract</c>: words of the input. A <c>$ref</c> stands for what it points to in the same schema, as under the root's
/// <c>$defs</c> or <c>definitions</c>.
/// What would be ignored is refused: a grammar that promises validity must know every word of the schema.
/// </summary>
internal sealed class JsonSchemaReader
{
    private const int DeepestNesting = 32;

    /// <summary>Bytes that even the shortest text of a schema may have: a few words of a schema can ask for very many.</summary>
    private const int LongestShortest = 64 * 1024;

    /// <summary>Bytes of schemas that references may bring in: a few that name each other often stand for very many.</summary>
    private const int MostReferred = 256 * 1024;

    private const string Extract = "extract", Reference = "$ref", Root = "#";

    private static readonly string[] Definitions = ["$defs", "definitions"];

    private static readonly string?[] KnownTypes = ["object", "array", "string", "number", "integer", "boolean", "null"];

    private static readonly string[] Remarks = ["$schema", "$id", "$comment", "title", "description", "default", "examples"];

    private readonly List<string> _problems = [];
    private readonly JsonElement _root;
    private readonly Stack<string> _references = new([Root]); // that are being followed
    private long _referred;

    private JsonSchemaReader(JsonElement root) => _root = root;

    /// <exception cref="GrammarInvalidException">With everything that is wrong.</exception>
    public static GrammarNode Read(JsonElement schema)
    {
        var reader = new JsonSchemaReader(schema);
        try
        {
            var node = reader.Read(schema, Root, 0);
            return reader._problems.Count == 0 ? node! : throw new GrammarInvalidException([.. reader._problems.Distinct()]);
        }
        catch (Exception error) when (error is InvalidOperationException or JsonException)
        {
            throw new GrammarInvalidException(["the schema has a name or a text with half of a surrogate pair, '\\ud800' say, which no text can have; write both halves of the character"]);
        }
    }

    private GrammarNode? Read(JsonElement schema, string place, int depth) => Bounded(OfSchema(schema, place, depth), place);

    private GrammarNode? Bounded(GrammarNode? read, string place) =>
        read is not { } node ? null
        : node.ShortestLength <= LongestShortest ? node
        : Problem(place, $"the shortest text has {node.ShortestLength} bytes, and {LongestShortest} are allowed; lower 'minItems' or 'minLength', or require less");

    private GrammarNode? OfSchema(JsonElement schema, string place, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return Problem(place, schema.ValueKind == JsonValueKind.False ? "nothing satisfies 'false'" : $"a schema must be an object, not {schema.ValueKind}");
        }

        if (depth > DeepestNesting)
        {
            return Problem(place, $"schemas may be nested {DeepestNesting} deep");
        }

        if (schema.TryGetProperty(Reference, out var reference))
        {
            Known(schema, place, Reference);
            return Referred(reference, place, depth);
        }

        if (schema.TryGetProperty("enum", out _) || schema.TryGetProperty("const", out _))
        {
            return Choice(schema, place);
        }

        if (schema.TryGetProperty("anyOf", out var kinds) && kinds.ValueKind == JsonValueKind.Array)
        {
            Known(schema, place, "anyOf");
            return Alternatives([.. kinds.EnumerateArray().Select((kind, i) => Read(kind, $"{place}/anyOf/{i}", depth + 1))], place);
        }

        if (!schema.TryGetProperty("type", out var type))
        {
            return Problem(place, "'type', 'enum', 'const' or 'anyOf' is missing; say what may stand here");
        }

        var types = Types(type);
        Known(schema, place, ["type", .. types.SelectMany(one => Words(one, schema))]);
        return types.Length == 1
            ? OfType(schema, types[0], place, depth)
            : Alternatives([.. types.Select(one => Bounded(OfType(schema, one, place, depth), place))], place);
    }

    /// <summary>What a reference points to. Its problems are told of the place where it stands, once.</summary>
    private GrammarNode? Referred(JsonElement reference, string place, int depth)
    {
        if (Text(reference) is not { } pointer || Target(pointer) is not { } target)
        {
            return Problem(place, $"'{Reference}' is '{reference}', which is nothing in this schema; point to one under '{Root}/{Definitions[0]}/'");
        }

        if (_references.Contains(pointer))
        {
            return Problem(place, $"'{Reference}' leads back to '{pointer}', so a text could be nested without end; write the levels out that are needed");
        }

        _referred += JsonMarshal.GetRawUtf8Value(target).Length;
        if (_referred > MostReferred)
        {
            return Problem(Root, $"the schemas that '{Reference}' stands for have over {MostReferred} bytes, each counted as often as it is named, and no more are read; name fewer, or less often");
        }

        _references.Push(pointer);
        var node = Read(target, pointer, depth + 1);
        _references.Pop();
        return node;
    }

    /// <summary>What a JSON pointer in a fragment points to (RFC 6901); null for nothing.</summary>
    private JsonElement? Target(string pointer)
    {
        var steps = Uri.UnescapeDataString(pointer).Split('/');
        var target = _root;
        foreach (var step in steps.Skip(1).Select(step => step.Replace("~1", "/").Replace("~0", "~")))
        {
            if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(step, out target))
            {
                return null;
            }
        }

        return steps[0] == Root ? target : null;
    }

    private GrammarNode? OfType(JsonElement schema, string? type, string place, int depth)
    {
        switch (type)
        {
            case "object":
                return Object(schema, place, depth);
            case "array":
                return Array(schema, place, depth);
            case "string":
                if (schema.TryGetProperty("format", out var format))
                {
                    return Text(format) != Extract ? Problem(place, $"format '{Text(format)}' is not known; leave it out, or use '{Extract}'") : ExtractNode.Open;
                }

                var (shortest, longest) = Range(schema, "minLength", "maxLength", place);
                return new StringNode(shortest, longest);
            case "number" or "integer":
                return new NumberNode(type == "integer");
            case "boolean":
                return new ChoiceNode(["true"u8.ToArray(), "false"u8.ToArray()]);
            case "null":
                return new ChoiceNode(["null"u8.ToArray()]);
            default:
                return UnknownType(place, type);
        }
    }

    /// <summary>What may be said of a type. With several types each word belongs to one of them, so that all are used.</summary>
    private static string[] Words(string? type, JsonElement schema) => type switch
    {
        "object" => ["properties", "required", "additionalProperties"],
        "array" => ["items", "minItems", "maxItems"],
        "string" => schema.TryGetProperty("format", out _) ? ["format"] : ["minLength", "maxLength"],
        _ => [],
    };

    /// <summary>The values that <c>enum</c>, <c>const</c> and <c>type</c> allow, as many of them as there are.</summary>
    private GrammarNode? Choice(JsonElement schema, string place)
    {
        Known(schema, place, "enum", "const", "type");
        var (listed, single) = (schema.TryGetProperty("enum", out var values), schema.TryGetProperty("const", out var only));
        JsonElement[] all = !listed ? [only] : values.ValueKind == JsonValueKind.Array ? [.. values.EnumerateArray()] : [];
        if (all.Length == 0)
        {
            return Problem(place, "nothing satisfies an empty 'enum'; give it a value");
        }

        if (single)
        {
            all = [.. all.Where(value => JsonElement.DeepEquals(value, only))];
            if (all.Length == 0)
            {
                return Problem(place, "none of the 'enum' values is the 'const', so nothing satisfies the schema; leave one of them out");
            }
        }

        if (schema.TryGetProperty("type", out var type))
        {
            var types = Types(type);
            if (types.Length == 0)
            {
                return Problem(place, "'type' is empty, so nothing satisfies the schema; name a type, or leave it out");
            }

            if (types.FirstOrDefault(one => !KnownTypes.Contains(one)) is { } unknown)
            {
                return UnknownType(place, unknown);
            }

            all = [.. all.Where(value => types.Any(one => IsOf(value, one)))];
            if (all.Length == 0)
            {
                return Problem(place, $"{(single ? "the 'const' is not" : "none of the 'enum' values is")} of 'type' {string.Join(" or ", types)}, so nothing satisfies the schema; name the type of a value, or leave 'type' out");
            }
        }

        return new ChoiceNode(all.Select(value => Encoding.UTF8.GetBytes(JsonAnswer.Write(value))));
    }

    private static bool IsOf(JsonElement value, string? type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && double.IsInteger(value.GetDouble())),
        JsonValueKind.Null => type == "null",
        _ => type == "boolean",
    };

    private static string?[] Types(JsonElement type) => type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(Text).Distinct()] : [Text(type)];

    private GrammarNode? UnknownType(string place, string? type) => Problem(place, $"type '{type}' is not known; use {string.Join(", ", KnownTypes[..^1])} or {KnownTypes[^1]}");

    private ObjectNode? Object(JsonElement schema, string place, int depth)
    {
        if (schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind != JsonValueKind.False)
        {
            Problem(place, "'additionalProperties' can only be false: names that are not known cannot be made valid");
        }

        HashSet<string?> required = Word(schema, "required", JsonValueKind.Array, "an array of names", place) is { } names ? [.. names.EnumerateArray().Select(Text)] : [];
        List<ObjectProperty> properties = [];
        if (Word(schema, "properties", JsonValueKind.Object, "an object of schemas", place) is { } all)
        {
            foreach (var property in all.EnumerateObject())
            {
                var value = Read(property.Value, $"{place}/properties/{property.Name}", depth + 1);
                if (value is not null)
                {
                    properties.Add(new(Encoding.UTF8.GetBytes(JsonAnswer.Write(property.Name)), value, required.Contains(property.Name)));
                }

                required.Remove(property.Name);
            }
        }

        foreach (var name in required)
        {
            Problem(place, $"'{name}' is required and not among 'properties', so nothing satisfies the schema");
        }

        if (properties.Count > ObjectNode.MostProperties)
        {
            Problem(place, $"there are {properties.Count} properties; {ObjectNode.MostProperties} can be kept apart");
            return null;
        }

        return new(properties);
    }

    /// <summary>What a word of a schema says; null where it is missing, or of another kind, which is a problem.</summary>
    private JsonElement? Word(JsonElement schema, string name, JsonValueKind kind, string expected, string place)
    {
        if (!schema.TryGetProperty(name, out var value) || value.ValueKind == kind)
        {
            return value.ValueKind == kind ? value : null;
        }

        Problem(place, $"'{name}' must be {expected}, not {value.ValueKind}");
        return null;
    }

    private ArrayNode? Array(JsonElement schema, string place, int depth)
    {
        if (!schema.TryGetProperty("items", out var items))
        {
            Problem(place, "'items' is missing; say what the array holds");
            return null;
        }

        var (least, most) = Range(schema, "minItems", "maxItems", place);
        return Read(items, place + "/items", depth + 1) is { } node ? new(node, least, most) : null;
    }

    private (int Least, int? Most) Range(JsonElement schema, string least, string most, string place)
    {
        var (low, high) = (Number(schema, least, place) ?? 0, Number(schema, most, place));
        if (low > high)
        {
            Problem(place, $"{least} {low} is over {most} {high}, so nothing satisfies the schema");
        }

        return (low, high);
    }

    private int? Number(JsonElement schema, string name, string place)
    {
        if (!schema.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number is >= 0 and <= 10_000)
        {
            return number;
        }

        Problem(place, $"'{name}' must be a whole number from 0 to 10,000");
        return null;
    }

    private GrammarNode? Alternatives(GrammarNode?[] kinds, string place)
    {
        if (kinds.Length == 0)
        {
            return Problem(place, "nothing satisfies a choice of nothing; give it an alternative");
        }

        if (kinds.Any(kind => kind is null))
        {
            return null;
        }

        var end = new EndFrame();
        for (var first = 0; first < 256; first++)
        {
            if (kinds.Count(kind => kind!.Enter(end).Step((byte)first) is not null) > 1)
            {
                return Problem(place, $"two alternatives can begin with '{(char)first}', so they cannot be told apart; merge them");
            }
        }

        return new AlternativesNode(kinds!);
    }

    private void Known(JsonElement schema, string place, params string[] known)
    {
        foreach (var property in schema.EnumerateObject().Where(property =>
            !known.Contains(property.Name) && !Remarks.Contains(property.Name) && !(place == Root && Definitions.Contains(property.Name))))
        {
            Problem(place, $"'{property.Name}' is not supported here; known are {string.Join(", ", known)}");
        }
    }

    private GrammarNode? Problem(string place, string text)
    {
        _problems.Add($"{place}: {text}");
        return null;
    }

    private static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : element.ToString();
}
