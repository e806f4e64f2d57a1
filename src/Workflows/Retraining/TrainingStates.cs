using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>Where a trainer says how it stands: <c>work/{run}/training.json</c>. Thread-safe.</summary>
internal sealed class TrainingStates(BlobServiceClient blobs)
{
    private readonly BlobContainerClient _work = blobs.GetBlobContainerClient(BlobContainers.Work);

    public async Task SayAsync(TrainingOrder order, TrainingState state, CancellationToken cancellationToken) => await _work.GetBlobClient(order.StateBlob)
        .UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(state, DurableJson.Options)), overwrite: true, cancellationToken);

    /// <summary>Null when nothing was said.</summary>
    public async Task<Heartbeat?> HearAsync(TrainingOrder order, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _work.GetBlobClient(order.StateBlob).DownloadContentAsync(cancellationToken);
            return new(answer.Value.Content.ToObjectFromJson<TrainingState>(DurableJson.Options)!, answer.GetRawResponse().Age(answer.Value.Details.LastModified));
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null;
        }
    }

    /// <summary>What was said so far no longer counts.</summary>
    public Task ForgetAsync(TrainingOrder order, CancellationToken cancellationToken) => _work.GetBlobClient(order.StateBlob).DeleteIfExistsAsync(cancellationToken: cancellationToken);
}
