using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Lessons;
using Understudy.Workflows.Requests;

namespace Understudy.Workflows.Retention;

/// <summary>
/// Forgets finished runs and what they left in <c>work</c>, where nobody else does. A run whose id keeps a blob from being taken again stays for
/// as long as the blob does: a look for missed blobs, which begins at the beginning when it has lost its mark, would start it anew. Thread-safe.
/// </summary>
public sealed class RunRetention(BlobServiceClient blobs, IWorkflowClient workflows)
{
    private const int MostRuns = 10_000;

    private readonly BlobContainerClient _work = blobs.GetBlobContainerClient(BlobContainers.Work);

    /// <summary>The workflows whose runs may be forgotten: those of which there are many. Retrainings and rollouts are few, and their starters look at earlier ones.</summary>
    public static IReadOnlyList<string> Workflows { get; } =
        [WorkflowNames.Infer.Value, WorkflowNames.Batch.Value, WorkflowNames.TeachFromEdge.Value, WorkflowNames.ClearCancelled.Value];

    /// <summary>Forgets a run, unless it has not finished or its blob is still there.</summary>
    /// <returns>Whether it did.</returns>
    public async Task<bool> ForgetAsync(WorkflowState run, CancellationToken cancellationToken)
    {
        if (!run.IsFinished || await IsStillThereAsync(run, cancellationToken))
        {
            return false;
        }

        // Blobs go first: a run that is there without them is forgotten the next time, blobs without their run never.
        await foreach (var blob in _work.GetBlobsAsync(BlobTraits.None, BlobStates.None, run.InstanceId + "/", cancellationToken))
        {
            await _work.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
        }

        return await workflows.PurgeAsync(run.InstanceId, cancellationToken);
    }

    /// <summary>Deletes the inputs of requests that nobody has sent since, except for those of runs under way.</summary>
    public async Task ForgetInputsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        if (await NeededInputsAsync(cancellationToken) is not { } needed)
        {
            return;
        }

        await foreach (var blob in _work.GetBlobsAsync(BlobTraits.None, BlobStates.None, InferStarter.InputsFolder, cancellationToken))
        {
            if (blob.Properties.LastModified < before && !needed.Contains(blob.Name))
            {
                await DeleteAsync(blob, cancellationToken);
            }
        }
    }

    /// <returns>Null when more runs are under way than are looked at: nobody knows what the oldest need.</returns>
    private async Task<HashSet<string>?> NeededInputsAsync(CancellationToken cancellationToken)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var status in new[] { WorkflowStatus.Pending, WorkflowStatus.Running })
        {
            var runs = await workflows.ListAsync(new(Name: WorkflowNames.Infer.Value, Status: status, Limit: MostRuns), cancellationToken);
            if (runs.Count >= MostRuns)
            {
                return null;
            }

            foreach (var run in runs)
            {
                if (run.Input?.Deserialize<InferRun>(DurableJson.Options)?.Inputs.Blob is { } blob)
                {
                    needed.Add(blob);
                }
            }
        }

        return needed;
    }

    /// <summary>Leaves it when it was written again meanwhile.</summary>
    private async Task DeleteAsync(BlobItem blob, CancellationToken cancellationToken)
    {
        try
        {
            var unchanged = new BlobRequestConditions { IfMatch = blob.Properties.ETag };
            await _work.DeleteBlobAsync(blob.Name, DeleteSnapshotsOption.None, unchanged, cancellationToken);
        }
        catch (RequestFailedException other) when (other.Status is 404 or 412)
        {
        }
    }

    private async Task<bool> IsStillThereAsync(WorkflowState run, CancellationToken cancellationToken)
    {
        try
        {
            return run.Input is { } input && run.Name switch
            {
                var name when name == WorkflowNames.Batch.Value => input.Deserialize<BatchInput>(DurableJson.Options) is not { } batch
                    || await IsThereAsync(BlobContainers.Batches, batch.Blob, batch.ETag, cancellationToken),
                var name when name == WorkflowNames.TeachFromEdge.Value => input.Deserialize<HardExamplesInput>(DurableJson.Options) is not { } report
                    || await IsThereAsync(BlobContainers.EdgeReports, report.Blob, report.ETag, cancellationToken),
                _ => false,
            };
        }
        catch (JsonException)
        {
            return true; // nobody can tell any more which blob it was
        }
    }

    private async Task<bool> IsThereAsync(string container, string blob, string etag, CancellationToken cancellationToken)
    {
        try
        {
            await blobs.GetBlobContainerClient(container).GetBlobClient(blob)
                .GetPropertiesAsync(new BlobRequestConditions { IfMatch = new ETag(etag) }, cancellationToken);
            return true;
        }
        catch (RequestFailedException gone) when (gone.Status is 404 or 412)
        {
            return false;
        }
    }
}
