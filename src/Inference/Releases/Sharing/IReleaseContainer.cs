namespace Understudy.Inference.Releases.Sharing;

/// <summary>
/// Named blobs that several machines share, with a tag that changes whenever a blob does. Thread-safe. Every member throws
/// <see cref="ReleasesAwayException"/> when the blobs cannot be reached.
/// </summary>
public interface IReleaseContainer
{
    /// <summary>Every blob's name and tag. Tags of a listing are compared with each other only.</summary>
    IReadOnlyDictionary<string, string> List();

    /// <summary>A small blob whole, or null when there is none.</summary>
    SharedBlob? Read(string name);

    /// <summary>Writes a blob's content to the stream.</summary>
    /// <exception cref="FileNotFoundException">There is none of that name.</exception>
    void Download(string name, Stream to);

    /// <summary>Writes a blob in one step, if it is still as the caller saw it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">From its position on.</param>
    /// <param name="replaces">The tag that was read; null when there was no blob.</param>
    /// <returns>False when it is not; nothing was written.</returns>
    bool TryWrite(string name, Stream content, string? replaces);
}
