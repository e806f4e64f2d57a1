using Azure.Storage.Blobs;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>Leaves the report of a retraining that came to nothing.</summary>
internal sealed class RejectActivity(BlobServiceClient blobs) : Activity<ConcludeInput, ReleaseOutcome>
{
    public override async Task<ReleaseOutcome> RunAsync(ActivityContext context, ConcludeInput input)
    {
        var report = RetrainReport.Write(input, "", accepted: false);
        var name = $"{input.Run.Task}/rejected/{input.Order.Run}/{RetrainReport.FileName}";
        await blobs.GetBlobContainerClient(BlobContainers.Releases).GetBlobClient(name).UploadAsync(new BinaryData(report), overwrite: true, context.CancellationToken);
        return new($"{BlobContainers.Releases}/{name}");
    }
}
