using Azure.Storage.Blobs;
using Understudy.LocalHost.Storage;

namespace Understudy.Tests;

/// <summary>
/// One Azurite for the hosts of a test process, with an account for each: to start one takes seconds of a core. It is started when the first
/// host asks for it, and ends with the process, without saving what nobody will read: on a busy disk that takes longer than the test runner lets a process end in.
/// </summary>
internal static class SharedAzurite
{
    /// <summary>More than a test process has hosts.</summary>
    private const int Accounts = 1000;

    private static readonly string Key = Convert.ToBase64String(Guid.NewGuid().ToByteArray());
    private static readonly Lazy<Task<AzuriteProcess>> Process = new(StartAsync);
    private static int _given;

    /// <summary>The connection string of an empty account that nobody else has.</summary>
    public static async Task<string> NewAccountAsync()
    {
        var name = Name(Interlocked.Increment(ref _given));
        return $"DefaultEndpointsProtocol=http;AccountName={name};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{(await Process.Value).Port}/{name};";
    }

    /// <summary>Deletes what is in an account: Azurite looks through all that there is for every answer.</summary>
    public static async Task ClearAsync(string account)
    {
        var blobs = new BlobServiceClient(account);
        await foreach (var container in blobs.GetBlobContainersAsync())
        {
            await blobs.DeleteBlobContainerAsync(container.Name);
        }
    }

    private static Task<AzuriteProcess> StartAsync()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Process.Value.IsCompletedSuccessfully)
            {
                Process.Value.Result.DisposeAsync().AsTask().Wait();
            }

            folder.Dispose();
        };
        var accounts = string.Join(';', Enumerable.Range(1, Accounts).Select(number => $"{Name(number)}:{Key}"));
        var options = AzuriteOptions.Find(folder.At("storage"), AppContext.BaseDirectory) with { SavePatience = TimeSpan.Zero };
        return AzuriteProcess.StartAsync(options, accounts, 0, CancellationToken.None);
    }

    private static string Name(int number) => $"test{number}";
}
