using System.Diagnostics;

namespace Understudy.Tests;

/// <summary>A folder of a test's own, deleted with everything in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Path { get; } = Directory.CreateTempSubdirectory("understudy-").FullName;

    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>A service that a killed process leaves behind writes until it notices: the folder is deleted when it has.</summary>
    public void Dispose()
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (IOException) when (patience.Elapsed < Patience)
            {
                Thread.Sleep(50);
            }
        }
    }
}
