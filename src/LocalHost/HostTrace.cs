using Understudy.Hosting;

namespace Understudy.LocalHost;

/// <summary>How to reach a running host, in <c>host.json</c> of its data folder while it runs. Readable by its user only: it holds the storage key.</summary>
/// <param name="Url">Where the API listens.</param>
/// <param name="ProcessId">The host.</param>
/// <param name="Storage">The connection string of its blob storage.</param>
internal sealed record HostTrace(string Url, int ProcessId, string Storage)
{
    public void Write(string folder) => PrivateFile.Write(PathIn(folder), this);

    /// <summary>The one in a folder; null when there is none to be read.</summary>
    public static HostTrace? Find(string folder) => PrivateFile.Find<HostTrace>(PathIn(folder));

    public static void Erase(string folder) => File.Delete(PathIn(folder));

    private static string PathIn(string folder) => Path.Combine(folder, "host.json");
}
