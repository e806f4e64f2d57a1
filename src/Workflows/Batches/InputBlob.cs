using Azure;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Batches;

/// <summary>What there is to know of a batch's blob besides its lines; among it the one failure that no retry mends.</summary>
public static class InputBlob
{
    /// <summary>True when the blob of that ETag no longer exists.</summary>
    internal static bool IsGone(RequestFailedException exception) => exception.Status is 404 or 412;

    /// <summary>The blob's metadata by which a caller asks that nothing of the batch becomes a lesson: <c>store</c> = <c>false</c>.</summary>
    public const string StoreName = "store";

    public static bool MayBeStored(IDictionary<string, string> metadata) =>
        !metadata.TryGetValue(StoreName, out var store) || !store.Equals("false", StringComparison.OrdinalIgnoreCase);

    internal static string Describe(BatchInput input) =>
        $"Blob '{BlobContainers.Batches}/{input.Blob}' was deleted or overwritten after this batch began (it began with ETag {input.ETag}). " +
        "An overwritten blob is a batch of its own; to repeat this one, upload it again.";
}
