using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Workflows.Intake;

namespace Understudy.Workflows.Quarantine;

/// <summary>
/// Takes the blobs that a trigger has given up: tries each a last time, and sets it aside where that says that nothing can be started for it,
/// since the host does not say what its own attempts failed with. Whatever else fails says nothing of the blob: all of a trigger's attempts are over
/// in seconds, and an engine, a storage or a vault is away for longer. Such a blob stays where it is, for the look for missed ones, which fails
/// aloud with it until it is taken. Thread-safe.
/// </summary>
public sealed partial class PoisonBlobs(BlobServiceClient blobs, BlobIntakes intakes, BlobQuarantine quarantine, ILogger<PoisonBlobs> logger)
{
    /// <summary>The queue in which the host of the functions leaves messages about such blobs.</summary>
    public const string Queue = "webjobs-blobtrigger-poison";

    /// <exception cref="RequestFailedException">The storage is away before anything was tried; the message has to come again.</exception>
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
        else if (intakes.Of(poison.ContainerName) is not { } intake || !intake.Takes(poison.BlobName))
        {
            // Lessons, for instance, which are counted where they lie.
            LogNotTaken(logger, poison.ContainerName, poison.BlobName);
        }
        else if (await FailureAsync(intake, poison, etag, cancellationToken) is { } reason)
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

    /// <summary>Why nothing can be started; null when something was, or when that is not the blob's fault.</summary>
    private async Task<string?> FailureAsync(IBlobIntake intake, PoisonMessage poison, string etag, CancellationToken cancellationToken)
    {
        try
        {
            LogStarted(logger, poison.ContainerName, poison.BlobName, await intake.TakeAsync(poison.BlobName, etag, cancellationToken));
            return null;
        }
        catch (Exception exception) when (exception is TaskNotFoundException or TaskInvalidException or ReleaseNotFoundException or ReleaseInvalidException)
        {
            return exception.Message;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Thrown on it would come again in seconds too, and then lie in a queue that nobody reads.
            LogLeft(logger, poison.ContainerName, poison.BlobName, exception.Message.Split('\n')[0]);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Characters} characters in the poison queue names no blob; it is dropped.")]
    private static partial void LogNoBlob(ILogger logger, int characters);

    [LoggerMessage(Level = LogLevel.Information, Message = "Blob {Container}/{Blob} of the poison queue was deleted or overwritten.")]
    private static partial void LogGone(ILogger logger, string container, string blob);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Blob {Container}/{Blob} of the poison queue stays where it is: no run takes blobs of this container and name.")]
    private static partial void LogNotTaken(ILogger logger, string container, string blob);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Blob {Container}/{Blob} of the poison queue stays where it is until the next look for missed ones: {Reason}")]
    private static partial void LogLeft(ILogger logger, string container, string blob, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Blob {Container}/{Blob} of the poison queue is operation {Operation} after all.")]
    private static partial void LogStarted(ILogger logger, string container, string blob, string operation);
}
