using Azure.Core;
using Azure.Storage.Blobs;

namespace Understudy.LocalHost.Storage;

/// <summary>Blob clients that sit out a restart of Azurite.</summary>
internal static class AzuriteClients
{
    /// <summary>Retries for about 20 seconds before it gives up.</summary>
    public static BlobServiceClient Create(string connectionString) => new(connectionString, new BlobClientOptions
    {
        Retry =
        {
            Mode = RetryMode.Exponential,
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = TimeSpan.FromSeconds(5),
            MaxRetries = 8,
            NetworkTimeout = TimeSpan.FromSeconds(30),
        },
    });
}
