using Azure;
using Azure.Storage.Blobs;
using Understudy.Inference.Lessons;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>Leaves the report of a retraining that came to nothing, with its pictures where it was trained.</summary>
internal sealed class RejectActivity(BlobServiceClient blobs) : Activity<ConcludeInput, ReleaseOutcome>
{
    private BlobContainerClient Releases => blobs.GetBlobContainerClient(BlobContainers.Releases);

    public override async Task<ReleaseOutcome> RunAsync(ActivityContext context, ConcludeInput input)
    {
        var folder = $"{input.Run.Task}/rejected/{input.Order.Run}/";
        if (input.Gate is not null)
        {
            foreach (var plot in RetrainingPlots.All)
            {
                await CopyAsync(input.Order.FilesFolder + plot, folder + plot, context.CancellationToken);
            }
        }

        await Releases.GetBlobClient(folder + RetrainReport.FileName).UploadAsync(
            new BinaryData(RetrainReport.Write(input, "", accepted: false)), overwrite: true, context.CancellationToken);
        return new($"{BlobContainers.Releases}/{folder}{RetrainReport.FileName}");
    }

    private async Task CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        try
        {
            var content = await blobs.GetBlobContainerClient(BlobContainers.Work).GetBlobClient(from).DownloadContentAsync(cancellationToken);
            await Releases.GetBlobClient(to).UploadAsync(content.Value.Content, overwrite: true, cancellationToken);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            // A trainer of before drew none.
        }
    }
}
