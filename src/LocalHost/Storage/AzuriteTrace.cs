using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Understudy.LocalHost.Storage;

/// <summary>
/// Which Azurite works on a data folder, kept beside the data. Should a host have been killed, the next one on the folder finds
/// here what may still be writing to it, and makes sure of its end before it starts another.
/// </summary>
internal sealed record AzuriteTrace(int ProcessId, DateTime StartedAt)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>Over what Azurite gives itself: it is not killed while it may still be saving.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(3);

    public static void Write(string folder, Process process) =>
        File.WriteAllText(PathIn(folder), JsonSerializer.Serialize(new AzuriteTrace(process.Id, process.StartTime.ToUniversalTime())));

    public static void Erase(string folder) => File.Delete(PathIn(folder));

    /// <summary>Waits for the last host's Azurite to end by itself, as it does when its host is gone, and kills it if it does not.</summary>
    public static async Task EndLeftOverAsync(AzuriteOptions options, CancellationToken cancellationToken)
    {
        using var process = FindLeftOver(options.Folder);
        if (process is null)
        {
            return;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.SavePatience + Margin);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill();
            await process.WaitForExitAsync(cancellationToken);
        }
    }

    // A process id alone may have been given to another program since: its start tells them apart.
    private static Process? FindLeftOver(string folder)
    {
        try
        {
            var trace = JsonSerializer.Deserialize<AzuriteTrace>(File.ReadAllText(PathIn(folder)))!;
            var process = Process.GetProcessById(trace.ProcessId);
            if (!process.HasExited && (process.StartTime.ToUniversalTime() - trace.StartedAt).Duration() < Tolerance)
            {
                return process;
            }

            process.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is IOException or JsonException or ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    private static string PathIn(string folder) => Path.Combine(folder, "azurite.process.json");
}
