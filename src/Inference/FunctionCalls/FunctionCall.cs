using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Understudy.Inference.FunctionCalls;

/// <summary>
/// What a request asks for: an intent and its slots. As text it is one JSON object without white space,
/// <c>{"intent":"PlayMusic","slots":{"artist":"westbam"}}</c>, slots in the order in which the request names them. Two calls are equal when
/// intent and slots are; the order of slots does not matter.
/// </summary>
public sealed class FunctionCall : IEquatable<FunctionCall>
{
    /// <summary>What parts the values of a slot that a request names more than once: a slot is one string.</summary>
    public const string Separator = ", ";

    /// <param name="slots">Names and values in order; values of one name are joined by <see cref="Separator"/>.</param>
    public FunctionCall(string intent, IEnumerable<KeyValuePair<string, string>> slots)
    {
        Intent = intent;
        var joined = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in slots)
        {
            var known = joined.FindIndex(slot => slot.Key == name);
            if (known < 0)
            {
                joined.Add(new(name, value));
            }
            else
            {
                joined[known] = new(name, joined[known].Value + Separator + value);
            }
        }

        Slots = joined;
    }

    public string Intent { get; }

    /// <summary>No name stands twice.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Slots { get; }

    /// <summary>From BIO tags, one a word: <c>B-name</c> begins a value, <c>I-name</c> goes on with it, <c>O</c> is none.</summary>
    /// <exception cref="FormatException">There are not as many tags as words, or one is none of the three.</exception>
    public static FunctionCall FromTags(string text, string intent, string tags) =>
        new(intent, TaggedRequest.Parse(text, intent, tags).Segments.Where(segment => segment.Slot is not null).Select(segment => new KeyValuePair<string, string>(segment.Slot!, segment.Text)));

    /// <summary>Reads a call; false when the text is not a JSON object with a string <c>intent</c> and an object <c>slots</c> of strings, and nothing else.</summary>
    public static bool TryParse(string json, out FunctionCall? call)
    {
        call = null;
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || root.EnumerateObject().Count() != 2
                || !root.TryGetProperty("intent", out var intent) || intent.ValueKind != JsonValueKind.String
                || !root.TryGetProperty("slots", out var slots) || slots.ValueKind != JsonValueKind.Object
                || slots.EnumerateObject().Any(slot => slot.Value.ValueKind != JsonValueKind.String)
                || slots.EnumerateObject().Select(slot => slot.Name).Distinct().Count() != slots.EnumerateObject().Count())
            {
                return false;
            }

            call = new(intent.GetString()!, slots.EnumerateObject().Select(slot => new KeyValuePair<string, string>(slot.Name, slot.Value.GetString()!)));
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    public string ToJson()
    {
        var json = new StringBuilder("{\"intent\":");
        Quote(json, Intent);
        json.Append(",\"slots\":{");
        for (var index = 0; index < Slots.Count; index++)
        {
            if (index > 0)
            {
                json.Append(',');
            }

            Quote(json, Slots[index].Key);
            json.Append(':');
            Quote(json, Slots[index].Value);
        }

        return json.Append("}}").ToString();
    }

    public bool Equals(FunctionCall? other) => other is not null && Intent == other.Intent && Slots.Count == other.Slots.Count && Slots.All(other.Slots.Contains);

    public override bool Equals(object? obj) => Equals(obj as FunctionCall);

    public override int GetHashCode() => Slots.Aggregate(Intent.GetHashCode(StringComparison.Ordinal), (hash, slot) => hash ^ slot.GetHashCode());

    public override string ToString() => ToJson();

    /// <summary>Escapes what JSON makes one escape, and nothing else, so that a value reads as it does in the request.</summary>
    internal static void Quote(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var character in text)
        {
            if (character is '"' or '\\')
            {
                json.Append('\\').Append(character);
            }
            else if (character < ' ')
            {
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                json.Append(character);
            }
        }

        json.Append('"');
    }
}
