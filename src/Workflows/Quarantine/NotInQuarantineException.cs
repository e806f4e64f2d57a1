namespace Understudy.Workflows.Quarantine;

/// <summary>There is no quarantined blob of that id, or none that could be put back.</summary>
public sealed class NotInQuarantineException : Exception
{
    public NotInQuarantineException(string id)
        : base($"There is nothing in quarantine with the id '{id}'. It was never there, or its time is over.")
    {
    }

    /// <param name="blob">It is of a container whose blobs start nothing.</param>
    internal NotInQuarantineException(QuarantinedBlob blob)
        : base($"No run takes blobs of the container '{blob.Container}', so that '{blob.Id}' cannot be redriven. Copy 'quarantine/_blobs/{blob.Id}' to '{blob.Container}/{blob.Blob}' by hand.")
    {
    }
}
