using System.Globalization;

namespace Understudy.LocalHost.Durable;

/// <summary>
/// Says that this process runs the instances of a database. The operating system holds the lock on an open file, so it ends with
/// the process however that ends: a restart after a kill never waits for a lease to run out.
/// </summary>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream _file;

    private DatabaseLock(FileStream file) => _file = file;

    /// <exception cref="DurableDatabaseException">Another engine holds the database.</exception>
    public static DatabaseLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new(file);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new DurableDatabaseException(
                databasePath,
                $"is in use by another process (it holds '{path}')",
                "Stop that process, or give this one a DatabasePath of its own.",
                e);
        }
    }

    public void Dispose() => _file.Dispose();
}
