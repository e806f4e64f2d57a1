using System.Globalization;

namespace Understudy.Workflows.Blobs;

/// <summary>What a host calls the blobs that it alone writes.</summary>
internal static class HostName
{
    /// <param name="since">From when on it writes; another start of the same process, or of another, has another name.</param>
    public static string Of(DateTimeOffset since) => string.Create(
        CultureInfo.InvariantCulture, $"{Environment.MachineName.ToLowerInvariant()}-{Environment.ProcessId}-{since.ToUnixTimeMilliseconds()}");
}
