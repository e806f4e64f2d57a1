using Azure.Storage.Blobs;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>Leaves the report of a retraining that came to nothing. Returns its blob.</summary>
internal sealed class RejectActivity(BlobServiceClient blobs) : Activity<ConcludeInput, string>
{
    public override async Task<string> RunAsync(ActivityContext context, ConcludeInput input)
    {
        var report = RetrainReport.Write(input.Run, input.Version, "", input.Curation, input.Gate, accepted: false, input.Reasons);
        var name = $"{input.Run.Task}/rejected/{input.Order.Run}/{RetrainReport.FileName}";
        await blobs.GetBlobContainerClient(BlobContainers.Releases).GetBlobClient(name).UploadAsync(new BinaryData(report), overwrite: true, context.CancellationToken);
        return $"{BlobContainers.Releases}/{name}";
    }
}
