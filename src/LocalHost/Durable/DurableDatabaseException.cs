using Microsoft.Data.Sqlite;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>The database of the embedded engine cannot be used; the message names the file, the reason and the remedy.</summary>
public sealed class DurableDatabaseException : WorkflowsAwayException
{
    internal DurableDatabaseException(string path, string reason, string remedy, Exception? cause = null)
        : base($"The workflow database '{path}' {reason}. {remedy}", cause)
    {
    }

    internal static DurableDatabaseException From(string path, SqliteException e) => e.SqliteErrorCode switch
    {
        11 or 26 => Damaged(path, e.Message, e),
        13 => new(path, "cannot grow: the disk is full", "Free some space and start again; committed steps are kept.", e),
        _ => new(path, $"could not be read or written ({e.Message})", "Check the disk and start again; committed steps are kept.", e),
    };

    internal static DurableDatabaseException Damaged(string path, string what, Exception? cause = null) => new(
        path,
        $"is damaged ({what})",
        $"It was left as it is. Put a backup in its place, or move it aside together with '{Path.GetFileName(path)}-wal' and "
        + $"'{Path.GetFileName(path)}-shm' to start with an empty one; the instances it holds then no longer run.",
        cause);
}
