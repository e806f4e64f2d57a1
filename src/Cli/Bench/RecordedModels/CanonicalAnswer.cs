using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>Brings answers that say the same to the same form: dates as month/day/year, numbers to six digits, other text in lower case.</summary>
internal static partial class CanonicalAnswer
{
    /// <returns><see langword="null"/> for no answer.</returns>
    public static string? Of(JsonElement answer) => answer.ValueKind switch
    {
        JsonValueKind.Number => Number(answer.GetDouble()),
        JsonValueKind.String => Of(answer.GetString()!),
        JsonValueKind.True or JsonValueKind.False => answer.GetRawText(),
        _ => null,
    };

    public static string? Of(string answer)
    {
        // A model that explains itself names the date it settles on last.
        if (Dates().Matches(answer) is { Count: > 0 } dates)
        {
            var date = dates[^1];
            var month = date.Groups["name"].Success
                ? (Array.FindIndex(CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames, m => m.Equals(date.Groups["name"].Value, StringComparison.OrdinalIgnoreCase)) + 1).ToString(CultureInfo.InvariantCulture)
                : date.Groups["month"].Value.TrimStart('0');
            return $"{month}/{date.Groups["day"].Value.TrimStart('0')}/{date.Groups["year"].Value}";
        }

        var text = answer.Trim().TrimEnd('.').ToLowerInvariant();
        return text.Length == 0 ? null
            : double.TryParse(text.TrimStart('$').Replace(",", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Number(number)
            : text;
    }

    private static string? Number(double number) => double.IsFinite(number) ? number.ToString("G6", CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"(?:(?<month>\d{1,2})/(?<day>\d{1,2})/|\b(?<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? (?<day>\d{1,2})(?:st|nd|rd|th)?,? )(?<year>\d{4})\b", RegexOptions.IgnoreCase)]
    private static partial Regex Dates();
}
