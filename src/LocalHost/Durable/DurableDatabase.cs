using Microsoft.Data.Sqlite;
using Understudy.Hosting;

namespace Understudy.LocalHost.Durable;

/// <summary>The SQLite file: opening, checking, transactions. The tables have classes of their own.</summary>
/// <remarks>The writing connection belongs to the engine's thread; <see cref="OpenReader"/> may be called from any.</remarks>
internal sealed class DurableDatabase : IDisposable
{
    private const int SchemaVersion = 2;

    private const string Schema = """
        CREATE TABLE instances(
            no INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            status INTEGER NOT NULL,
            run_id TEXT NOT NULL,
            first_step INTEGER NOT NULL,
            history_length INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            input TEXT NOT NULL,
            custom_status TEXT,
            output TEXT,
            failure TEXT,
            parent INTEGER,
            version INTEGER NOT NULL DEFAULT 1,
            trace TEXT);
        CREATE INDEX instances_parent ON instances(parent) WHERE parent IS NOT NULL;
        CREATE INDEX instances_unfinished ON instances(no) WHERE status < 2;
        CREATE TABLE history(
            instance INTEGER NOT NULL,
            idx INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            step INTEGER NOT NULL,
            name TEXT,
            payload TEXT,
            PRIMARY KEY(instance, idx)) WITHOUT ROWID;
        CREATE TABLE pending(
            instance INTEGER NOT NULL,
            step INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            name TEXT,
            history_index INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            due_at INTEGER,
            child_id TEXT,
            retry TEXT,
            PRIMARY KEY(instance, step)) WITHOUT ROWID;
        CREATE INDEX pending_child ON pending(child_id) WHERE child_id IS NOT NULL;
        CREATE TABLE kept_events(
            instance INTEGER NOT NULL,
            idx INTEGER NOT NULL,
            name TEXT NOT NULL,
            payload TEXT,
            PRIMARY KEY(instance, idx)) WITHOUT ROWID;
        """;

    private readonly FileLock _lock;
    private readonly Statement _begin;
    private readonly Statement _commit;

    private DurableDatabase(string path, FileLock @lock, SqliteConnection connection)
    {
        Path = path;
        _lock = @lock;
        Connection = connection;
        _begin = new(connection, "BEGIN IMMEDIATE", 0);
        _commit = new(connection, "COMMIT", 0);
        Instances = new(connection);
        History = new(connection);
        Pending = new(connection);
        KeptEvents = new(connection);
    }

    public string Path { get; }

    public SqliteConnection Connection { get; }

    public InstanceTable Instances { get; }

    public HistoryTable History { get; }

    public PendingTable Pending { get; }

    public KeptEventTable KeptEvents { get; }

    /// <summary>Opens the file for this process alone, creating it when there is none.</summary>
    /// <exception cref="DurableDatabaseException">It is held by another process, cannot be written, is damaged, or of a later version.</exception>
    public static DurableDatabase Open(string path, Durability durability)
    {
        path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var held = Lock(path);
        SqliteConnection? connection = null;
        try
        {
            connection = Connect(path, SqliteOpenMode.ReadWriteCreate, pooling: false);
            var synchronous = durability is Durability.PowerLoss ? "FULL" : "NORMAL";
            Execute(connection, $"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-32000;");
            Check(connection, path);
            Migrate(connection, path);
            return new(path, held, connection);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            held.Dispose();
            if (e is SqliteException sqlite)
            {
                throw DurableDatabaseException.From(path, sqlite);
            }

            throw;
        }
    }

    /// <summary>A connection that sees what is committed.</summary>
    public SqliteConnection OpenReader() => Connect(Path, SqliteOpenMode.ReadOnly, pooling: true);

    public void Begin() => _begin.Run();

    public void Commit() => _commit.Run();

    public void Dispose()
    {
        Instances.Dispose();
        History.Dispose();
        Pending.Dispose();
        KeptEvents.Dispose();
        _begin.Dispose();
        _commit.Dispose();
        using (var reader = new SqliteConnection(ConnectionString(Path, SqliteOpenMode.ReadOnly, pooling: true)))
        {
            SqliteConnection.ClearPool(reader);
        }

        Connection.Dispose();
        _lock.Dispose();
    }

    private static FileLock Lock(string path)
    {
        var file = path + ".lock";
        try
        {
            return FileLock.TryTake(file) ?? throw new DurableDatabaseException(
                path,
                $"is in use by another process (it holds '{file}')",
                "Stop that process, or give this one a DatabasePath of its own.");
        }
        catch (IOException e)
        {
            throw new DurableDatabaseException(path, $"cannot be locked ({e.Message})", "Check the disk and start again; committed steps are kept.", e);
        }
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode, bool pooling)
    {
        var connection = new SqliteConnection(ConnectionString(path, mode, pooling));
        connection.Open();
        return connection;
    }

    private static string ConnectionString(string path, SqliteOpenMode mode, bool pooling) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = pooling, DefaultTimeout = 30 }.ToString();

    private static void Check(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        if (command.ExecuteScalar() is string and not "ok" and var what)
        {
            throw DurableDatabaseException.Damaged(path, what);
        }
    }

    private static void Migrate(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        switch ((long)command.ExecuteScalar()!)
        {
            case 0:
                Execute(connection, $"BEGIN; {Schema} PRAGMA user_version={SchemaVersion}; COMMIT;");
                break;
            case 1:
                // Instances of that schema were started by the first version of every workflow.
                Execute(connection, $"""
                    BEGIN;
                    ALTER TABLE instances ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
                    ALTER TABLE instances ADD COLUMN trace TEXT;
                    PRAGMA user_version={SchemaVersion};
                    COMMIT;
                    """);
                break;
            case SchemaVersion:
                break;
            case var version:
                throw new DurableDatabaseException(
                    path,
                    $"has schema version {version}; this program knows version {SchemaVersion}",
                    "Run the program that wrote it, or give this one another DatabasePath.");
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
