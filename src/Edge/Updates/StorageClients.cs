using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace Understudy.Edge.Updates;

/// <summary>The two containers, reached with whatever credential there is. Attempts are few: the next look is the better retry.</summary>
internal static class StorageClients
{
    private const string Edge = "edge", Reports = "edge-reports";

    public static (BlobContainerClient Edge, BlobContainerClient Reports) Create(EdgeOptions options)
    {
        var client = new BlobClientOptions
        {
            Retry = { Mode = RetryMode.Exponential, Delay = TimeSpan.FromMilliseconds(200), MaxDelay = TimeSpan.FromSeconds(2), MaxRetries = 2, NetworkTimeout = TimeSpan.FromSeconds(30) },
        };
        if (options.FolderUrl is { } folder && options.ReportsUrl is { } reports)
        {
            return (new(folder, client), new(reports, client));
        }

        var account = Uri.TryCreate(options.Storage, UriKind.Absolute, out var address) && IsAddress(address)
            ? new BlobServiceClient(address, new DefaultAzureCredential(), client)
            : new BlobServiceClient(options.Storage, client);
        return (account.GetBlobContainerClient(Edge), account.GetBlobContainerClient(Reports));
    }

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
