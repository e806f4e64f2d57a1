namespace Understudy.Workflows.Quarantine;

/// <summary>A quarantined blob is of a container whose blobs start nothing.</summary>
public sealed class NotRedrivableException : Exception
{
    internal NotRedrivableException(QuarantinedBlob blob)
        : base($"No run takes blobs of the container '{blob.Container}', so that '{blob.Id}' cannot be redriven. Copy 'quarantine/_blobs/{blob.Id}' to '{blob.Container}/{blob.Blob}' by hand.")
    {
    }
}
