using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Understudy.Workflows.Intake;

namespace Understudy.Workflows.Quarantine;

/// <summary>
/// Takes the blobs that a trigger has given up: tries each a last time, and sets it aside with what that attempt failed with, since the
/// host does not say what its own failed with. Thread-safe.
/// </summary>
public sealed partial class PoisonBlobs(BlobServiceClient blobs, BlobIntakes intakes, BlobQuarantine quarantine, ILogger<PoisonBlobs> logger)
{
    /// <summary>The queue in which the host of the functions leaves messages about such blobs.</summary>
    public const string Queue = "webjobs-blobtrigger-poison";

    /// <exception cref="RequestFailedException">The storage is away; the message has to come again.</exception>
    public async Task HandleAsync(string message, CancellationToken cancellationToken)
    {
        if (PoisonMessage.Read(message) is not { } poison)
        {
            LogNoBlob(logger, message.Length);
            return;
        }

        if (await VersionAsync(poison, cancellationToken) is not { } etag)
        {
            LogGone(logger, poison.ContainerName, poison.BlobName);
        }
        else if (await FailureAsync(poison, etag, cancellationToken) is { } reason)
        {
            await quarantine.AddAsync(poison.ContainerName, poison.BlobName, etag, reason, cancellationToken);
        }
    }

    /// <summary>The version that is meant, as the storage writes it; null when it is gone.</summary>
    private async Task<string?> VersionAsync(PoisonMessage poison, CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties there = await blobs.GetBlobContainerClient(poison.ContainerName).GetBlobClient(poison.BlobName)
                .GetPropertiesAsync(cancellationToken: cancellationToken);
            var etag = there.ETag.ToString();
            return poison.ETag.Length == 0 || etag.Trim('"') == poison.ETag.Trim('"') ? etag : null;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Why nothing can be started; null when something was.</summary>
    private async Task<string?> FailureAsync(PoisonMessage poison, string etag, CancellationToken cancellationToken)
    {
        if (intakes.Of(poison.ContainerName) is not { } intake || !intake.Takes(poison.BlobName))
        {
            return "Nothing is done with blobs of this container and name. Check the name, and redrive it.";
        }

        try
        {
            LogStarted(logger, poison.ContainerName, poison.BlobName, await intake.TakeAsync(poison.BlobName, etag, cancellationToken));
            return null;
        }
        catch (RequestFailedException away) when (away.Status is 0 or 429 or >= 500)
        {
            throw;
        }
        catch (RequestFailedException refused)
        {
            // The whole message holds headers, which are nobody's to keep.
            return $"The storage refused it: {refused.Status} {refused.ErrorCode}. Mend that, and redrive it.";
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return exception.Message;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Characters} characters in the poison queue names no blob; it is dropped.")]
    private static partial void LogNoBlob(ILogger logger, int characters);

    [LoggerMessage(Level = LogLevel.Information, Message = "Blob {Container}/{Blob} of the poison queue was deleted or overwritten.")]
    private static partial void LogGone(ILogger logger, string container, string blob);

    [LoggerMessage(Level = LogLevel.Information, Message = "Blob {Container}/{Blob} of the poison queue is operation {Operation} after all.")]
    private static partial void LogStarted(ILogger logger, string container, string blob, string operation);
}
