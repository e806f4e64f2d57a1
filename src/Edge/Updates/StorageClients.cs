using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace Understudy.Edge.Updates;

/// <summary>
/// The two containers, reached with whatever credential there is. Attempts are few: the next look is the better retry. What goes up is attempted
/// once, since what goes over the line is counted.
/// </summary>
internal static class StorageClients
{
    private const string Edge = "edge", Reports = "edge-reports";

    public static (BlobContainerClient Edge, BlobContainerClient Reports) Create(EdgeOptions options)
    {
        var (down, up) = (Client(retries: 2), Client(retries: 0));
        up.Transport = new HttpClientTransport(new HttpClient(Line()) { Timeout = Timeout.InfiniteTimeSpan }); // a call has its time from the options
        if (options.FolderUrl is { } folder && options.ReportsUrl is { } reports)
        {
            return (new(folder, down), new(reports, up));
        }

        if (Uri.TryCreate(options.Storage, UriKind.Absolute, out var address) && IsAddress(address))
        {
            var credential = new DefaultAzureCredential();
            return (new BlobServiceClient(address, credential, down).GetBlobContainerClient(Edge), new BlobServiceClient(address, credential, up).GetBlobContainerClient(Reports));
        }

        return (new(options.Storage, Edge, down), new(options.Storage, Reports, up));
    }

    /// <summary>On which a connection that is not made in a third of a call's time ends the call, and so tells it from one that was made and came to nothing.</summary>
    public static SocketsHttpHandler Line() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a name that has moved is looked up again
    };

    private static BlobClientOptions Client(int retries) => new()
    {
        Retry = { Mode = RetryMode.Exponential, Delay = TimeSpan.FromMilliseconds(200), MaxDelay = TimeSpan.FromSeconds(2), MaxRetries = retries, NetworkTimeout = TimeSpan.FromSeconds(30) },
    };

    /// <summary>Whether the settings have the form of something that can be reached.</summary>
    public static bool CanReach(EdgeOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Storage))
        {
            return IsAddress(options.FolderUrl) && IsAddress(options.ReportsUrl);
        }

        try
        {
            Create(options);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool IsAddress(Uri? uri) => uri is { IsAbsoluteUri: true, Scheme: "http" or "https" };
}
