using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Understudy.Hosting;

namespace Understudy.LocalHost.Storage;

/// <summary>How the blob storage of a data folder is reached, kept beside the data: an edge site that was told goes on reaching it when the host has started again.</summary>
/// <param name="Port">The loopback port; 0 where none was kept.</param>
/// <param name="Key">The account's key, base64.</param>
internal sealed record AzuriteAddress(int Port, string Key)
{
    private const string Account = "devstoreaccount1";

    /// <summary>As Azurite is told of the account.</summary>
    [JsonIgnore]
    public string Credentials => $"{Account}:{Key}";

    [JsonIgnore]
    public string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{Port}/{Account};";

    /// <summary>The one that was kept in a folder, or a new key and no port.</summary>
    public static AzuriteAddress In(string folder) =>
        PrivateFile.Find<AzuriteAddress>(PathIn(folder)) is { Port: > 0 and <= ushort.MaxValue, Key.Length: > 0 } kept && Convert.TryFromBase64String(kept.Key, new byte[kept.Key.Length], out _)
            ? kept
            : new(0, Convert.ToBase64String(RandomNumberGenerator.GetBytes(64)));

    public void Keep(string folder) => PrivateFile.Write(PathIn(folder), this);

    private static string PathIn(string folder) => Path.Combine(folder, "azurite.address.json");
}
