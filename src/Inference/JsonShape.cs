using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Understudy.Inference;

/// <summary>Reads a JSON file into records and reports every field that is missing, unknown or of the wrong type, not only the first.</summary>
internal static class JsonShape
{
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>The record, or <see langword="null"/> when <paramref name="problems"/> gained an entry.</summary>
    public static T? Read<T>(JsonElement element, string file, List<string> problems)
        where T : class
    {
        var before = problems.Count;
        Check(element, typeof(T), $"{file}: ", "", problems);
        return problems.Count == before ? element.Deserialize<T>(Options) : null;
    }

    private static void Check(JsonElement element, Type type, string prefix, string path, List<string> problems)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (typeof(JsonNode).IsAssignableFrom(type))
        {
            if (type == typeof(JsonObject) && element.ValueKind != JsonValueKind.Object)
            {
                problems.Add($"{prefix}{Name(path)} must be an object, not {Kind(element)}. Correct it.");
            }

            return;
        }

        var info = Options.GetTypeInfo(type);
        if (info.Kind == JsonTypeInfoKind.Object)
        {
            CheckObject(element, info, prefix, path, problems);
        }
        else if (info.Kind == JsonTypeInfoKind.Enumerable && element.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                Check(item, info.ElementType!, prefix, $"{path}[{index++}]", problems);
            }
        }
        else if (!Reads(element, type))
        {
            problems.Add($"{prefix}{Name(path)} must be {Expected(type, info)}, not {Kind(element)}. Correct it.");
        }
    }

    private static void CheckObject(JsonElement element, JsonTypeInfo info, string prefix, string path, List<string> problems)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{prefix}{Name(path)} must be an object, not {Kind(element)}. Correct it.");
            return;
        }

        var known = info.Properties.ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in element.EnumerateObject())
        {
            var field = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            seen.Add(property.Name);
            if (!known.TryGetValue(property.Name, out var target))
            {
                problems.Add($"{prefix}{field} is not a known field. Remove it or correct its spelling; known here: {string.Join(", ", known.Keys)}.");
            }
            else if (property.Value.ValueKind != JsonValueKind.Null)
            {
                Check(property.Value, target.PropertyType, prefix, field, problems);
            }
            else if (!target.IsSetNullable)
            {
                problems.Add($"{prefix}{field} must not be null. Give it a value.");
            }
        }

        foreach (var missing in info.Properties.Where(p => IsRequired(p) && !seen.Contains(p.Name)))
        {
            problems.Add($"{prefix}{(path.Length == 0 ? missing.Name : $"{path}.{missing.Name}")} is missing. Add it.");
        }
    }

    private static bool IsRequired(JsonPropertyInfo property) =>
        property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false };

    private static bool Reads(JsonElement element, Type type)
    {
        try
        {
            return element.Deserialize(type, Options) is not null;
        }
        catch (Exception error) when (error is JsonException or FormatException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Name(string path) => path.Length == 0 ? "the file" : path;

    private static string Expected(Type type, JsonTypeInfo info) => type switch
    {
        _ when type == typeof(string) => "a string",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "a number",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(DateTimeOffset) => "a time such as \"2026-01-31T12:00:00Z\"",
        _ => info.Kind == JsonTypeInfoKind.Enumerable ? "an array" : "of another type",
    };

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => element.GetRawText() is { Length: <= 40 } text ? text : "a long value",
    };

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = true,
            RespectNullableAnnotations = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
