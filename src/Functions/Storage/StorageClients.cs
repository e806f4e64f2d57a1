using Azure.Core;
using Azure.Storage.Blobs;

namespace Understudy.Functions.Storage;

internal static class StorageClients
{
    public static BlobServiceClient Create(StorageOptions options, TokenCredential credential)
        => options.AccountName is { Length: > 0 } account
            ? new(new Uri($"https://{account}.blob.core.windows.net"), credential)
            : new(options.ConnectionString);
}
