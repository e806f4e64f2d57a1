using Azure.Core;
using Azure.Storage.Blobs;

namespace Understudy.Functions.Storage;

internal static class StorageClients
{
    public static BlobServiceClient Create(StorageOptions options, TokenCredential credential)
        => options.AccountName is { Length: > 0 } account
            ? new(new Uri($"https://{account}.blob.core.windows.net"), credential)
            : Prepared(options.ConnectionString!);

    private static BlobServiceClient Prepared(string connectionString)
    {
        var options = new BlobClientOptions();
        options.AddPolicy(new ContainersOnFirstUse(connectionString), HttpPipelinePosition.PerCall);
        return new(connectionString, options);
    }
}
