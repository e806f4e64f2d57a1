using System.Text.Json;

namespace Understudy.Workflows;

internal static class JsonText
{
    /// <summary>The text of a field; null where there is none, or this is no object.</summary>
    public static string? Text(this JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
