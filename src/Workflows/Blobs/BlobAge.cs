using Azure;

namespace Understudy.Workflows.Blobs;

internal static class BlobAge
{
    /// <summary>How long ago a blob was written, by the clock of the storage that answered: machines need not agree on the time. To the second.</summary>
    public static TimeSpan Age(this Response response, DateTimeOffset lastModified) => (response.Headers.Date ?? lastModified) - lastModified;
}
