using Azure;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Batches;

/// <summary>The one failure of a batch's blob that no retry mends.</summary>
internal static class InputBlob
{
    /// <summary>True when the blob of that ETag no longer exists.</summary>
    public static bool IsGone(RequestFailedException exception) => exception.Status is 404 or 412;

    public static string Describe(BatchInput input) =>
        $"Blob '{BlobContainers.Batches}/{input.Blob}' was deleted or overwritten after this batch began (it began with ETag {input.ETag}). " +
        "An overwritten blob is a batch of its own; to repeat this one, upload it again.";
}
