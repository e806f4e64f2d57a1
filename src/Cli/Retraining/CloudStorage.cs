using Azure.Identity;
using Azure.Storage.Blobs;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Retraining;

/// <summary>The storage account of a deployment.</summary>
internal static class CloudStorage
{
    public const string Variable = "UNDERSTUDY_STORAGE";

    /// <param name="storage">The account's blob address, reached by identity, or a connection string; null for the variable's.</param>
    /// <exception cref="BadUsageException">Neither is there.</exception>
    public static BlobServiceClient Open(string? storage)
    {
        storage ??= Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(storage))
        {
            throw new BadUsageException($"Nothing says where lessons and releases are. Set {Variable} to the storage account's blob address, https://NAME.blob.core.windows.net, or to a connection string.");
        }

        return Uri.TryCreate(storage, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new(address, new DefaultAzureCredential())
            : new(storage);
    }
}
