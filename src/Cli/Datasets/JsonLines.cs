using System.Text.Json;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Datasets;

/// <summary>Reads a file of JSON objects, one a line, of which every one must be good.</summary>
internal static class JsonLines
{
    /// <param name="path">The file.</param>
    /// <param name="shape">What an object must have, for the message.</param>
    /// <param name="read">Makes a record of an object; may throw what <see cref="JsonElement"/> throws.</param>
    /// <exception cref="CommandFailedException">There is no such file, or a line cannot be read; the message names it.</exception>
    public static List<T> Read<T>(string path, string shape, Func<JsonElement, T> read)
    {
        List<T> result = [];
        var number = 0;
        using var text = new StreamReader(LabelledFile.Open(path));
        while (text.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                using var json = JsonDocument.Parse(line);
                result.Add(read(json.RootElement));
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new CommandFailedException($"{Path.GetFileName(path)}, line {number}: {Reason(error)}. It must be an object with {shape}.");
            }
        }

        return result;
    }

    private static string Reason(Exception error) => error switch
    {
        FormatException => error.Message,
        JsonException => "it is no JSON",
        _ => "it is no object, or a field is missing or holds something else",
    };

    /// <summary>A field that must be a text.</summary>
    public static string Text(this JsonElement line, string field) =>
        line.TryGetProperty(field, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : throw new FormatException($"'{field}' is missing or no text");
}
