using Azure;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Understudy.Api.Operations;
using Understudy.Api.Problems;
using Understudy.Api.Quotas;
using Understudy.Api.Requests;
using Understudy.Inference.Releases;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Limits;

namespace Understudy.Api.Batches;

/// <summary>Starts batches: of records in the body, which become a blob, or of a blob that is there already.</summary>
public sealed class BatchHandlers(
    BatchStarter starter, BatchUpload upload, BlobServiceClient blobs, ReleaseCatalog catalog, TaskQuota quota, IOptions<UnderstudyLimits> limits)
{
    private readonly UnderstudyLimits _limits = limits.Value;

    /// <summary><c>POST /api/tasks/{task}/batches</c>.</summary>
    public Task<IResult> StartAsync(HttpRequest request, string task, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        RequestHeaders.RequireContentType(request, "application/jsonl", "application/x-ndjson", "application/json");
        var key = RequestHeaders.IdempotencyKey(request);
        var store = RequestHeaders.MayBeStored(request);
        if (RequestHeaders.MustBeVerified(request))
        {
            throw ApiProblems.VerifiedBatch();
        }

        catalog.Acquire(task).Dispose(); // records that nobody could answer are not kept
        quota.Take(task);

        using var body = await RequestBody.ReadAsync(
            request, _limits.BodyBytes, "Upload the records as a blob 'batches/{task}/{name}.jsonl' instead.", cancellationToken);
        if (RequestHeaders.IsJson(request))
        {
            return await StartBlobAsync(task, BlobReferenceReader.Read(body.Bytes), store, cancellationToken);
        }

        var (name, etag) = await upload.UploadAsync(task, body.Bytes, key, store, cancellationToken);
        return new AcceptedOperation(await starter.StartAsync(task, name, etag, cancellationToken));
    });

    private async Task<IResult> StartBlobAsync(string task, string reference, bool store, CancellationToken cancellationToken)
    {
        var name = BlobReferenceReader.Name(task, reference);
        var blob = blobs.GetBlobContainerClient(BlobContainers.Batches).GetBlobClient($"{task}/{name}.jsonl");
        try
        {
            var properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            var kept = store || !InputBlob.MayBeStored(properties.Value.Metadata); // what the blob says holds however its batch began
            return new AcceptedOperation(await starter.StartAsync(task, name, properties.Value.ETag.ToString(), cancellationToken, kept));
        }
        catch (RequestFailedException exception) when (exception.Status == StatusCodes.Status404NotFound)
        {
            throw ApiProblems.UnknownBlob($"{BlobContainers.Batches}/{task}/{name}.jsonl");
        }
    }
}
