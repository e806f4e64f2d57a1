using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Intake;

/// <summary>Up to when the blobs of a container have been noticed: the blob <c>work/watermarks/{container}.json</c>. Without it everything is looked at.</summary>
/// <param name="container">The container that is watched.</param>
internal sealed class BlobWatermark(BlobServiceClient blobs, string container)
{
    // Clocks and listings may lag: blobs a little older are looked at again, which starts nothing twice.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    // The container 'work' forgets what nobody has written for long.
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private readonly BlobClient _blob = blobs.GetBlobContainerClient(BlobContainers.Work).GetBlobClient($"watermarks/{container}.json");
    private ETag? _etag;
    private DateTimeOffset _writtenAt;

    public DateTimeOffset Value { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>True when a blob of that age cannot have been missed.</summary>
    public bool IsBehind(DateTimeOffset modifiedAt) => Value > DateTimeOffset.MinValue + Overlap && modifiedAt < Value - Overlap;

    /// <summary>
    /// Reads it as it is now. A torn or foreign blob counts as none: that only means more looking. So does one that is ahead of the time, since
    /// a clock was wrong when it was written: what arrives now would pass for noticed.
    /// </summary>
    public async Task ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            BlobDownloadResult found = await _blob.DownloadContentAsync(cancellationToken);
            (_etag, _writtenAt) = (found.Details.ETag, found.Details.LastModified);
            var value = found.Content.ToObjectFromJson<DateTimeOffset>(DurableJson.Options);
            Value = value > now + Overlap ? DateTimeOffset.MinValue : value;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            (_etag, Value) = (null, DateTimeOffset.MinValue);
        }
        catch (JsonException)
        {
            Value = DateTimeOffset.MinValue;
        }
    }

    /// <summary>
    /// Moves it on, never back: to the newest blob, or to a day ago where none has come since, so that what was taken long ago is not looked at
    /// again. Its run may be forgotten by then. When somebody else has moved it since it was read, theirs stands.
    /// </summary>
    public async Task AdvanceAsync(DateTimeOffset modifiedAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (modifiedAt <= Value && (_etag is null || now - _writtenAt < KeptFor))
        {
            return;
        }

        Value = new[] { Value, modifiedAt, now - KeptFor }.Max();
        var conditions = _etag is { } seen ? new BlobRequestConditions { IfMatch = seen } : new BlobRequestConditions { IfNoneMatch = ETag.All };
        try
        {
            var written = await _blob.UploadAsync(
                BinaryData.FromObjectAsJson(Value, DurableJson.Options), new BlobUploadOptions { Conditions = conditions }, cancellationToken);
            (_etag, _writtenAt) = (written.Value.ETag, written.Value.LastModified);
        }
        catch (RequestFailedException moved) when (moved.Status is 409 or 412)
        {
        }
    }
}
