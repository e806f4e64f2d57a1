namespace Understudy.Workflows.Quarantine;

/// <summary>A quarantined blob cannot be put back: another one has taken its name.</summary>
public sealed class BlobNameTakenException(string container, string blob)
    : Exception($"Blob '{container}/{blob}' is there again, with other content. Delete it, or leave the quarantined one where it is.");
