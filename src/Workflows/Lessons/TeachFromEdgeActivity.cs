using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;
using Understudy.Inference.Datasets;
using Understudy.Inference.Lessons;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Leads;
using Understudy.Workflows.Limits;
using Understudy.Workflows.Quarantine;

namespace Understudy.Workflows.Lessons;

/// <summary>
/// Asks the lead about what a site found hard, stores what it says, and deletes what the site sent once all of it was answered: nothing is
/// kept twice, and nothing is lost to a lead that is away.
/// </summary>
internal sealed class TeachFromEdgeActivity(
    BlobServiceClient blobs, WorkLines work, ReleaseCatalog catalog, JointInference inference, LessonStore lessons, BlobQuarantine quarantine, IOptions<UnderstudyLimits> limits)
    : Activity<HardExamplesInput, TaughtFromEdge>
{
    public override async Task<TaughtFromEdge> RunAsync(ActivityContext context, HardExamplesInput input)
    {
        var blob = blobs.GetBlobContainerClient(BlobContainers.EdgeReports).GetBlobClient(input.Blob);
        var conditions = new BlobRequestConditions { IfMatch = new ETag(input.ETag) };
        BinaryData content;
        try
        {
            using BlobDownloadStreamingResult download = await blob.DownloadStreamingAsync(new BlobDownloadOptions { Conditions = conditions }, context.CancellationToken);
            if (download.Details.ContentLength > limits.Value.ReportBytes)
            {
                await quarantine.AddAsync(BlobContainers.EdgeReports, input.Blob, input.ETag, TooLarge(download.Details.ContentLength), context.CancellationToken);
                return new(0, [], 0);
            }

            content = await BinaryData.FromStreamAsync(download.Content, context.CancellationToken);
        }
        catch (RequestFailedException error) when (error.Status is 404 or 412)
        {
            return new(0, [], 0); // learned from before, or overwritten, which is another run
        }

        using var lease = catalog.Acquire(input.Task, input.Release);
        var lines = Read(content, lease.Release);
        if (lines.Quarantined.Count > 0)
        {
            // A site of before may have sent what is to be taken out.
            var aside = lease.Release.Definition.Lessons.Redact ? lines.Quarantined.ConvertAll(line => line with { Raw = Redaction.Apply(line.Raw) }) : lines.Quarantined;
            await work.QuarantineAsync($"{BlobContainers.EdgeReports}/{input.Blob}", aside, context.CancellationToken);
        }

        var items = lines.Usable.Select(line => line.Item with { Id = $"line-{line.Line}" }).Where(item => input.Judged?.Contains(item.Id) != true).ToList();
        var asked = inference.Compress(lease.Release, items).Select(item => item with { Deferred = true }).ToList();
        var all = await inference.VerifyAsync(lease.Release, asked, context.CancellationToken, leadOnly: true, limit: LeadPatience.StepLimit);
        var judged = all.Where(item => !JointInference.AwaitsLead(item)).ToList();
        var count = await lessons.WriteAsync(lease.Release, [.. all.Select(item => (item, $"edge {input.Site}"))], context.InstanceId, context.CancellationToken);
        var left = all.Count - judged.Count;
        if (left == 0)
        {
            await blob.DeleteIfExistsAsync(conditions: conditions, cancellationToken: context.CancellationToken);
        }

        return new(count, judged.ConvertAll(item => item.Id), left);
    }

    private string TooLarge(long bytes) =>
        $"The report is {bytes} bytes long; the limit is {limits.Value.ReportBytes} (Limits:ReportBytes). Look at what the site sends; if it is in order, raise the limit and put the report back.";

    /// <summary>A site can write what it likes: what is no text of a length that is answered here is set aside.</summary>
    private ShardLines Read(BinaryData content, Release release)
    {
        var lines = new ShardLines(limits.Value.InputCharacters, release.TooLong);
        foreach (var line in DatasetReader.Read(content.ToMemory()))
        {
            if (lines.Usable.Count < limits.Value.BatchRecords)
            {
                lines.Add(line);
            }
            else
            {
                lines.Quarantined.Add(new(line.Number, $"The report holds more than {limits.Value.BatchRecords} records (Limits:BatchRecords).", line.Raw));
            }
        }

        return lines;
    }
}
