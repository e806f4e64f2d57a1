using System.Text.Json;
using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Bench;

/// <summary>A JSONL file of recorded answers: each line is read by itself, and one that cannot be used is named and left out.</summary>
internal static class BenchFile
{
    private const int Shown = 10;

    /// <param name="path">The file.</param>
    /// <param name="read">One record; throws <see cref="FormatException"/> with what the line lacks.</param>
    /// <param name="screen">Told of the first lines that cannot be used.</param>
    /// <returns>The records, and how many lines cannot be used.</returns>
    /// <exception cref="CommandFailedException">There is no such file, or no line can be used.</exception>
    public static (List<T> Records, int Malformed) Read<T>(string path, Func<JsonElement, T> read, Screen screen)
    {
        List<T> records = [];
        var (number, malformed) = (0, 0);
        string? first = null;
        using var reader = new StreamReader(LabelledFile.Open(path));
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                using var document = JsonDocument.Parse(line);
                records.Add(read(document.RootElement));
            }
            catch (Exception error) when (error is JsonException or FormatException)
            {
                var reason = $"{Path.GetFileName(path)}, line {number}: {(error is JsonException ? "it is not a JSON object on one line." : error.Message)}";
                first ??= reason;
                if (++malformed <= Shown)
                {
                    screen.Note(reason);
                }
            }
        }

        return records.Count > 0
            ? (records, malformed)
            : throw new CommandFailedException($"'{path}' has no record that can be used. {first ?? "It is empty."}");
    }

    /// <exception cref="FormatException">The field is missing or of another kind.</exception>
    public static JsonElement Field(JsonElement record, string name, JsonValueKind kind) =>
        record.ValueKind == JsonValueKind.Object && record.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : throw new FormatException($"it has no field '{name}' that is {(kind == JsonValueKind.Object ? "an object" : kind == JsonValueKind.Array ? "an array" : "a string")}. Add it or remove the line.");
}
