using System.Globalization;
using System.Text;

namespace Understudy.Hosting;

/// <summary>
/// Says that this process alone works on something, by an open file. The operating system holds the lock, so it ends with the process
/// however that ends: a restart after a kill never waits for a lease to run out.
/// </summary>
public sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Null when another holds it.</summary>
    /// <exception cref="IOException">The file cannot be opened or written.</exception>
    public static FileLock? TryTake(string path)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new(file);
        }
        catch (IOException e) when (file is null && IsHeldByAnother(e))
        {
            return null;
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    // ERROR_SHARING_VIOLATION; elsewhere EWOULDBLOCK, which is 11 on Linux and 35 on macOS.
    private static bool IsHeldByAnother(IOException e) =>
        e.HResult == (OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsMacOS() ? 35 : 11);
}
