using System.Text.Json;

namespace Understudy.Workflows.Quarantine;

/// <summary>What the host of the functions says of a blob that a trigger has failed on: <c>{"ContainerName":…,"BlobName":…,"ETag":…}</c> and more.</summary>
/// <param name="ContainerName">The blob's container.</param>
/// <param name="BlobName">Its name there.</param>
/// <param name="ETag">Its version; empty when the host did not say.</param>
public sealed record PoisonMessage(string ContainerName, string BlobName, string ETag)
{
    /// <summary>Reads the message; null when it names no blob.</summary>
    public static PoisonMessage? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var message = document.RootElement;
            return message.Text("ContainerName") is { Length: > 0 } container && message.Text("BlobName") is { Length: > 0 } blob
                ? new(container, blob, message.Text("ETag") ?? "")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
