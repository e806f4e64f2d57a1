using Understudy.Workflows.Intake;

namespace Understudy.Workflows.Quarantine;

/// <summary>Puts quarantined blobs back, each once, however often it is asked for. Thread-safe.</summary>
public sealed class BlobRedrive(BlobQuarantine quarantine, BlobIntakes intakes)
{
    /// <summary>Puts the blob back where it lay and starts its run; a blob that was put back before stays so.</summary>
    /// <returns>The operation's id.</returns>
    /// <exception cref="NotInQuarantineException">There is none of that id.</exception>
    /// <exception cref="NotRedrivableException">Nothing takes the blobs of its container.</exception>
    /// <exception cref="BlobNameTakenException">Another blob has its name.</exception>
    /// <exception cref="Inference.Tasks.TaskNotFoundException">The task is not there yet; nothing has changed.</exception>
    public async Task<string> RedriveAsync(string id, CancellationToken cancellationToken)
    {
        var blob = await quarantine.FindAsync(id, cancellationToken) ?? throw new NotInQuarantineException(id);
        if (blob.Redriven is { } earlier)
        {
            return earlier.Operation;
        }

        var intake = intakes.Of(blob.Container) ?? throw new NotRedrivableException(blob);
        intake.Check(blob.Blob);

        // A crash between any two of these is made good by the next try: the blob is put back once, and its run's id follows from it.
        var etag = await quarantine.PutBackAsync(blob, cancellationToken);
        var operation = await intake.TakeAsync(blob.Blob, etag, cancellationToken);
        return (await quarantine.MarkAsync(blob, operation, cancellationToken)).Operation;
    }
}
