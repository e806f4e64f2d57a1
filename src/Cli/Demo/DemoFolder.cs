namespace Understudy.Cli.Demo;

/// <summary>A temporary folder for the host's data. Deleting waits for what the storage still writes while it ends.</summary>
internal sealed class DemoFolder : IAsyncDisposable
{
    private const int Attempts = 20;

    public string Path { get; } = Directory.CreateTempSubdirectory("understudy-demo-").FullName;

    public async ValueTask DisposeAsync()
    {
        for (var attempt = 1; Directory.Exists(Path); attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250));
            }
        }
    }
}
