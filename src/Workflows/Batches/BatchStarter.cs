using System.Text.Json;
using Microsoft.Extensions.Options;
using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Limits;

namespace Understudy.Workflows.Batches;

/// <summary>
/// Starts the batch of a blob. The instance's id follows from the blob's name and ETag, so that a blob that is announced twice,
/// by whatever trigger, is one run. Thread-safe.
/// </summary>
public sealed class BatchStarter(IWorkflowClient workflows, ReleaseCatalog catalog, IOptions<UnderstudyLimits> limits)
{
    private const string Extension = ".jsonl";

    /// <summary>Starts the batch of <c>batches/{task}/{name}.jsonl</c> on the task's stable release.</summary>
    /// <param name="store">Whether the lead's answers may be kept as lessons.</param>
    /// <returns>The operation's id.</returns>
    /// <exception cref="Inference.Tasks.TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="BatchBegunException">The batch has begun, and its answers may be kept.</exception>
    public async Task<string> StartAsync(string task, string name, string etag, CancellationToken cancellationToken, bool store = true)
    {
        BatchInput input;
        using (var lease = catalog.Acquire(task))
        {
            input = new(task, name, etag, lease.Release.Manifest.Version, BatchSettings.From(limits.Value, lease.Release), store);
        }

        var id = await workflows.StartAsync(WorkflowNames.Batch, input, OperationId(input.Blob, etag), cancellationToken);
        return store || (await workflows.GetAsync(id, cancellationToken))?.Input?.Deserialize<BatchInput>(DurableJson.Options) is not { Store: true }
            ? id
            : throw new BatchBegunException(input.Blob);
    }

    /// <summary>Splits a blob's name in <c>batches</c> into task and name; false when it is no batch.</summary>
    public static bool TryParse(string blob, out string task, out string name)
    {
        var slash = blob.IndexOf('/');
        var valid = slash > 0
            && blob.EndsWith(Extension, StringComparison.Ordinal)
            && blob.Length > slash + 1 + Extension.Length
            && !blob.Split('/').Any(segment => segment is "" or "." or "..");
        task = valid ? blob[..slash] : "";
        name = valid ? blob[(slash + 1)..^Extension.Length] : "";
        return valid;
    }

    /// <summary>The id of the run that answers this version of a blob.</summary>
    public static string OperationId(string blob, string etag) => $"batch-{ShortHash.Of($"{blob}\n{etag.Trim('"')}")}";
}
