using System.Text.Json;
using System.Text.Json.Nodes;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Tasks;

/// <summary>Reads the JSON schema of a new task.</summary>
internal static class SchemaFile
{
    /// <param name="file">Null for none.</param>
    /// <exception cref="CommandFailedException">There is no such file, or it holds no JSON object.</exception>
    public static async Task<JsonObject?> ReadAsync(string? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)) as JsonObject
                ?? throw new CommandFailedException($"'{file}' is no JSON object. A schema is one, such as {{\"type\":\"object\",\"properties\":{{…}}}}.");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The schema '{file}' cannot be read: {error.Message}");
        }
    }
}
